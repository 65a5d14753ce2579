@echo off
rem Removes what the installer placed, file by file as its list says, and nothing else.
setlocal EnableExtensions DisableDelayedExpansion
chcp 65001 >nul
set "CODE=1"
if not defined LOCALAPPDATA goto :lost
if not defined APPDATA goto :lost
set "STAGE=%TEMP%\qbe_xl_uninstall"
if /i "%~1"=="staged" goto :staged

rem A running batch file must not delete itself: go on from a copy in the temporary folder.
set "FROM=%~dp0scripts"
if not exist "%FROM%\messages\uninstalled.txt" set "FROM=%~dp0."
if not exist "%FROM%\messages\uninstalled.txt" set "FROM=%LOCALAPPDATA%\qbe_xl\scripts"
if not exist "%FROM%\messages\uninstalled.txt" goto :lost
robocopy "%FROM%\messages" "%STAGE%\messages" /E /R:1 /W:1 /NFL /NDL /NJH /NJS /NP >nul
copy /b /y "%~f0" "%STAGE%\uninstall.cmd" >nul
if errorlevel 1 goto :lost
"%STAGE%\uninstall.cmd" staged

:staged
set "MSG=%STAGE%\messages"
set "XLSTART=%APPDATA%\Microsoft\Excel\XLSTART"
set "SAY=not-installed"
if not exist "%LOCALAPPDATA%\qbe_xl\scripts\installed.txt" goto :say
set "SAY=excel-running"
tasklist /nh /fi "imagename eq EXCEL.EXE" /fi "username eq %USERNAME%" 2>nul | find /i "EXCEL.EXE" >nul
if not errorlevel 1 goto :say
type "%MSG%\uninstalling.txt"
call :remove "%LOCALAPPDATA%\qbe_xl"
call :remove "%LOCALAPPDATA%\qbe_xl.old"
set "SAY=uninstalled"
set "CODE=0"
if not exist "%LOCALAPPDATA%\qbe_xl\" goto :say
set "SAY=left-over"
set "CODE=1"
:say
type "%MSG%\%SAY%.txt"
if not defined QBE_NO_PAUSE pause
exit /b %CODE%

:remove
set "TARGET=%~1"
if not exist "%TARGET%\scripts\installed.txt" exit /b 0
copy /b /y "%TARGET%\scripts\installed.txt" "%STAGE%\installed.txt" >nul
rem Python's own caches of our files
for /d /r "%TARGET%\app" %%D in (__pycache__) do if exist "%%D\" rd /s /q "%%D"
for /f "usebackq tokens=1,*" %%A in ("%STAGE%\installed.txt") do if "%%A"=="file" del /f /q "%TARGET%\%%B" >nul 2>nul
for /f "usebackq tokens=1,*" %%A in ("%STAGE%\installed.txt") do if "%%A"=="xlstart" if exist "%XLSTART%\%%B" del /f /q "%XLSTART%\%%B"
rem Folders, the deepest first; one with something of the user's in it stays.
for /f "usebackq tokens=1,*" %%A in ("%STAGE%\installed.txt") do if "%%A"=="folder" rd "%TARGET%\%%B" >nul 2>nul
rd "%TARGET%" >nul 2>nul
exit /b 0

:lost
echo 请从解压后的安装包文件夹里运行“卸载.cmd”。
echo Run this file from the unpacked kit folder.
if not defined QBE_NO_PAUSE pause
exit /b 1
