"""The least a PySide6 program can be: a window with a label, shown, painted, closed."""

import sys

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

app = QApplication(sys.argv)
window = QMainWindow()
window.setCentralWidget(QLabel("a window"))
window.resize(1280, 800)
window.show()
QTimer.singleShot(0, app.quit)
app.exec()
