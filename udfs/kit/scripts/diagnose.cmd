@echo off
rem Looks at the installation and says what is wrong with it.
setlocal EnableExtensions DisableDelayedExpansion
chcp 65001 >nul
set "QBE_HOME=%LOCALAPPDATA%\qbe_xl\"
if exist "%QBE_HOME%python\python.exe" goto :found
set "QBE_HOME=%~dp0"
if exist "%QBE_HOME%python\python.exe" goto :found
set "QBE_HOME=%~dp0..\"
if exist "%QBE_HOME%python\python.exe" goto :found
goto :lost

:found
rem Python unpacked by hand brings a ._pth of its own, which knows nothing of our folders.
copy /b /y "%QBE_HOME%scripts\python311._pth" "%QBE_HOME%python\python311._pth" >nul 2>nul
"%QBE_HOME%python\python.exe" -X utf8 "%QBE_HOME%scripts\diagnose.py"
set "CODE=%ERRORLEVEL%"
if not defined QBE_NO_PAUSE pause
exit /b %CODE%

:lost
echo 找不到 Python：请先运行“安装.cmd”，或按“说明.txt”把 Python 放进 python 文件夹。
echo Python was not found: run the installer first, or put Python into the folder python as README.txt says.
if not defined QBE_NO_PAUSE pause
exit /b 1
