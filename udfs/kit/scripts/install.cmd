@echo off
rem Installs qbe_xl for this user, without administrator rights. All logic is ASCII; texts are in scripts\messages.
setlocal EnableExtensions DisableDelayedExpansion
chcp 65001 >nul
set "KIT=%~dp0"
set "MSG=%KIT%scripts\messages"
set "CODE=1"
if not exist "%MSG%\installed.txt" goto :lost
if not defined LOCALAPPDATA goto :lost
if not defined APPDATA goto :lost
type "%MSG%\installing.txt"

set "SHELL_EXE=%SystemRoot%\System32\WindowsPowerShell\v1.0\powershell.exe"
if /i "%~1"=="plain" goto :plain
if not exist "%SHELL_EXE%" goto :plain
"%SHELL_EXE%" -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "%KIT%scripts\install.ps1"
set "CODE=%ERRORLEVEL%"
if "%CODE%"=="0" goto :end
rem 20 to 29: install.ps1 refused and said why. Anything else: PowerShell is blocked or failed, so do it without.
if %CODE% GEQ 20 if %CODE% LEQ 29 goto :end

:plain
type "%MSG%\plain.txt"
set "TARGET=%LOCALAPPDATA%\qbe_xl"
set "NEW=%LOCALAPPDATA%\qbe_xl.new"
set "OLD=%LOCALAPPDATA%\qbe_xl.old"
set "XLSTART=%APPDATA%\Microsoft\Excel\XLSTART"
set "SAY=not-64bit"
set "CODE=20"
if /i not "%PROCESSOR_ARCHITECTURE%"=="x86" goto :bits_fine
if not defined PROCESSOR_ARCHITEW6432 goto :refuse
:bits_fine
set "SAY=excel-running"
set "CODE=21"
tasklist /nh /fi "imagename eq EXCEL.EXE" /fi "username eq %USERNAME%" 2>nul | find /i "EXCEL.EXE" >nul
if not errorlevel 1 goto :refuse

set "SAY=busy"
set "CODE=22"
if exist "%NEW%\" rd /s /q "%NEW%"
if exist "%NEW%\" goto :refuse
set "SAY=copy-failed"
set "CODE=23"
for %%D in (python app addin templates THIRD-PARTY-LICENSES scripts) do call :copy_folder "%%D"
if not exist "%NEW%\scripts\installed.txt" goto :undo
copy /b /y "%KIT%LICENSE.txt" "%NEW%\LICENSE.txt" >nul
if errorlevel 1 goto :undo
if exist "%NEW%\copy.failed" goto :undo

if exist "%NEW%\python\python.exe" goto :have_python
set "SAY=need-python"
set "CODE=24"
if not exist "%KIT%@EMBED_FILE@" goto :undo
set "SAY=wrong-python"
set "CODE=25"
certutil -hashfile "%KIT%@EMBED_FILE@" SHA256 | find /i "@EMBED_SHA256@" >nul
if errorlevel 1 goto :undo
set "SAY=unpack-python"
set "CODE=26"
tar -xf "%KIT%@EMBED_FILE@" -C "%NEW%\python"
if errorlevel 1 goto :undo
:have_python
set "SAY=wrong-python"
set "CODE=25"
if not exist "%NEW%\python\python311.dll" goto :undo
rem The archive brings a ._pth of its own, which knows nothing of our folders.
copy /b /y "%KIT%scripts\python311._pth" "%NEW%\python\python311._pth" >nul
if errorlevel 1 goto :undo
for %%F in ("%NEW%\python\*") do >>"%NEW%\scripts\installed.txt" echo file python\%%~nxF

set "SAY=python-blocked"
set "CODE=27"
"%NEW%\python\python.exe" -X utf8 "%NEW%\scripts\diagnose.py" --imports
if errorlevel 1 goto :undo
type "%MSG%\compiling.txt"
"%NEW%\python\python.exe" -X utf8 -W ignore -m compileall -q --invalidation-mode unchecked-hash -s "%NEW%" -p "%TARGET%" "%NEW%\app" >nul 2>nul

set "SAY=busy"
set "CODE=22"
if not exist "%TARGET%\" goto :swap
if exist "%OLD%\" rd /s /q "%OLD%"
if exist "%OLD%\" goto :undo
ren "%TARGET%" "qbe_xl.old"
if exist "%TARGET%\" goto :undo
:swap
ren "%NEW%" "qbe_xl"
if exist "%TARGET%\" goto :addin
if exist "%OLD%\" ren "%OLD%" "qbe_xl"
goto :undo

:addin
set "SAY=addin-failed"
set "CODE=28"
if not exist "%XLSTART%\" mkdir "%XLSTART%"
copy /b /y "%TARGET%\addin\qbe_xl.xlam" "%XLSTART%\qbe_xl.xlam" >nul
if errorlevel 1 goto :refuse
rem An empty mark in place of "from the internet", which copying takes along.
>"%XLSTART%\qbe_xl.xlam:Zone.Identifier" echo/
type "%MSG%\installed.txt"
echo   "%TARGET%"
echo   "%XLSTART%\qbe_xl.xlam"
set "CODE=0"
goto :end

:copy_folder
robocopy "%KIT%%~1" "%NEW%\%~1" /E /R:1 /W:1 /XF install.cmd install.ps1 /XD __pycache__ /NFL /NDL /NJH /NJS /NP >nul
if errorlevel 8 >"%NEW%\copy.failed" echo failed
exit /b 0

:undo
if exist "%NEW%\" rd /s /q "%NEW%"
:refuse
type "%MSG%\%SAY%.txt"
:end
if not defined QBE_NO_PAUSE pause
exit /b %CODE%

:lost
echo 请先把压缩包全部解压，再运行文件夹里的“安装.cmd”。
echo Unpack the whole archive first, then run this file in the unpacked folder.
if not defined QBE_NO_PAUSE pause
exit /b 1
