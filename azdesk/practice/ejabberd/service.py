from azdesk.practice.services import Daemon


class Ejabberd(Daemon):
    def __init__(self, host):
        super().__init__(host, "ejabberd", [(5222, "")])
