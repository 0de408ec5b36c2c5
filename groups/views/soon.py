from django.http import Http404, HttpRequest, HttpResponse
from django.views import View

from municipalities.access import Staff
from municipalities.enums import StaffRole


class Soon(View):
    access = Staff(StaffRole.COORDINATOR)

    def get(self, request: HttpRequest, **kwargs: object) -> HttpResponse:
        raise Http404
