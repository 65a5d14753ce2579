@echo off
rem Drag workbooks onto this file: the results of each are written beside it. Needs neither Excel nor an installation.
setlocal EnableExtensions DisableDelayedExpansion
chcp 65001 >nul
set "QBE_SELF=%~f0"
set "QBE_HOME=%~dp0"
if exist "%QBE_HOME%python\python.exe" goto :found
set "QBE_HOME=%~dp0..\"
if exist "%QBE_HOME%python\python.exe" goto :found
set "QBE_HOME=%LOCALAPPDATA%\qbe_xl\"
if exist "%QBE_HOME%python\python.exe" goto :found
goto :lost

:found
rem Python unpacked by hand brings a ._pth of its own, which knows nothing of our folders.
copy /b /y "%QBE_HOME%scripts\python311._pth" "%QBE_HOME%python\python311._pth" >nul 2>nul
rem Names with ampersands do not survive as arguments of a batch file: Python reads the line as Explorer wrote it.
setlocal EnableDelayedExpansion
set "QBE_DROPPED="
set "QBE_LINE=!cmdcmdline!"
if /i "!QBE_LINE: /c =!"=="!QBE_LINE!" goto :typed
set "QBE_DROPPED=!QBE_LINE!"
"!QBE_HOME!python\python.exe" -X utf8 "!QBE_HOME!scripts\assess_dropped.py"
set "CODE=!ERRORLEVEL!"
if not defined QBE_NO_PAUSE pause
rem Not exit with /b: what follows an ampersand in a dropped name must not run as a command.
exit !CODE!

:typed
setlocal DisableDelayedExpansion
"%QBE_HOME%python\python.exe" -X utf8 "%QBE_HOME%scripts\assess_dropped.py" %*
exit /b %ERRORLEVEL%

:lost
echo 找不到 Python：请先运行“安装.cmd”，或按“说明.txt”把 Python 放进 python 文件夹。
echo Python was not found: run the installer first, or put Python into the folder python as README.txt says.
if not defined QBE_NO_PAUSE pause
exit 1
