"""The addresses of the calendar: what each one shows, and who may see it."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.calendar import booking, coming, feed, views
from sereniv.clinic.web.shell.addresses import PERSON, address

urlpatterns = [
    address("calendar/", views.day, "calendar", Permission.READ_PEOPLE),
    address("calendar/book/", views.find, "calendar_find", Permission.BOOK),
    address("calendar/week/", views.week, "calendar_week", Permission.READ_PEOPLE),
    address("calendar/feed/", feed.mine, "calendar_feed", Permission.READ_PEOPLE),
    address("calendar/feed/end/", feed.take_back, "calendar_feed_end", Permission.READ_PEOPLE),
    address("calendar/month/", views.month, "calendar_month", Permission.READ_PEOPLE),
    address(f"{PERSON}appointments/", views.of_person, "appointments", Permission.READ_PEOPLE),
    address(f"{PERSON}appointments/book/", booking.book, "appointment_book", Permission.BOOK),
    address(f"{PERSON}appointments/course/", booking.book_course, "appointment_course", Permission.BOOK),
    address(f"{PERSON}appointments/course/move/", booking.move_course, "appointment_course_move", Permission.BOOK),
    address(f"{PERSON}appointments/<int:entry>/move/", booking.move, "appointment_move", Permission.BOOK),
    address(f"{PERSON}appointments/<int:entry>/cancel/", booking.cancel, "appointment_cancel", Permission.BOOK),
    address(
        f"{PERSON}appointments/<int:entry>/called-back/", coming.called_back, "appointment_called_back", Permission.BOOK
    ),
    address(f"{PERSON}appointments/<int:entry>/missed/", coming.missed, "appointment_missed", Permission.BOOK),
    address(f"{PERSON}appointments/<int:entry>/coming/", coming.note, "appointment_coming", Permission.BOOK),
    address(f"{PERSON}appointments/<int:entry>/tell/", coming.tell, "appointment_tell", Permission.BOOK),
    address(f"{PERSON}appointments/<int:entry>/escort/", coming.escort, "appointment_escort", Permission.BOOK),
]
