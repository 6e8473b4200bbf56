"""The addresses of the board: what each one shows, and who may see it."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.board import views
from sereniv.clinic.web.shell.addresses import address

urlpatterns = [
    address("", views.board, "board", Permission.READ_RULES),
    address("board/tiles/", views.board_tiles, "board_tiles", Permission.READ_SESSIONS),
]
