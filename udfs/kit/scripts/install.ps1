# Installs qbe_xl for this user. Exit codes: 0 done; 20 to 29 refused, and the reason was shown; anything else: the
# caller (install.cmd) does the same without PowerShell. ASCII only; texts are in scripts\messages.
#requires -Version 5
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

$kit = Split-Path -Parent $PSScriptRoot
$messages = Join-Path $PSScriptRoot 'messages'
$target = Join-Path $env:LOCALAPPDATA 'qbe_xl'
$new = "$target.new"
$old = "$target.old"
$xlstart = Join-Path $env:APPDATA 'Microsoft\Excel\XLSTART'
$embedFile = '@EMBED_FILE@'
$embedHash = '@EMBED_SHA256@'

function Show-Message([string]$name) {
    Get-Content -LiteralPath (Join-Path $messages "$name.txt") -Encoding UTF8 | Write-Host
}

function Stop-Install([int]$code, [string]$name) {
    if (Test-Path -LiteralPath $new) { Remove-Item -LiteralPath $new -Recurse -Force -ErrorAction SilentlyContinue }
    Show-Message $name
    exit $code
}

if ($env:PROCESSOR_ARCHITECTURE -eq 'x86' -and -not $env:PROCESSOR_ARCHITEW6432) { Stop-Install 20 'not-64bit' }
$session = (Get-Process -Id $PID).SessionId
$excel = Get-Process -Name 'EXCEL' -ErrorAction SilentlyContinue | Where-Object { $_.SessionId -eq $session }
if ($excel) { Stop-Install 21 'excel-running' }

if (Test-Path -LiteralPath $new) {
    Remove-Item -LiteralPath $new -Recurse -Force -ErrorAction SilentlyContinue
    if (Test-Path -LiteralPath $new) { Stop-Install 22 'busy' }
}

# ---- a whole new folder -------------------------------------------------------------------------------------------
foreach ($folder in 'python', 'app', 'addin', 'templates', 'THIRD-PARTY-LICENSES', 'scripts') {
    & robocopy.exe (Join-Path $kit $folder) (Join-Path $new $folder) /E /R:1 /W:1 /XF install.cmd install.ps1 /XD __pycache__ /NFL /NDL /NJH /NJS /NP | Out-Null
    if ($LASTEXITCODE -ge 8) { Stop-Install 23 'copy-failed' }
}
Copy-Item -LiteralPath (Join-Path $kit 'LICENSE.txt') -Destination (Join-Path $new 'LICENSE.txt')

$python = Join-Path $new 'python'
if (-not (Test-Path -LiteralPath (Join-Path $python 'python.exe'))) {
    $archive = Join-Path $kit $embedFile
    if (-not (Test-Path -LiteralPath $archive)) { Stop-Install 24 'need-python' }
    if ((Get-FileHash -LiteralPath $archive -Algorithm SHA256).Hash -ne $embedHash) { Stop-Install 25 'wrong-python' }
    Expand-Archive -LiteralPath $archive -DestinationPath $python -Force
}
if (-not (Test-Path -LiteralPath (Join-Path $python 'python311.dll'))) { Stop-Install 25 'wrong-python' }
# The archive brings a ._pth of its own, which knows nothing of our folders.
Copy-Item -LiteralPath (Join-Path $PSScriptRoot 'python311._pth') -Destination (Join-Path $python 'python311._pth') -Force
Get-ChildItem -LiteralPath $python -File | ForEach-Object { "file python\$($_.Name)" } | Add-Content -LiteralPath (Join-Path $new 'scripts\installed.txt') -Encoding ASCII
Get-ChildItem -LiteralPath $new -Recurse -File | Unblock-File

& (Join-Path $python 'python.exe') -X utf8 (Join-Path $new 'scripts\diagnose.py') --imports
if ($LASTEXITCODE -ne 0) { Stop-Install 27 'python-blocked' }
Show-Message 'compiling'
& (Join-Path $python 'python.exe') -X utf8 -W ignore -m compileall -q --invalidation-mode unchecked-hash -s $new -p $target (Join-Path $new 'app') | Out-Null

# ---- the new folder takes the place of the old --------------------------------------------------------------------
if (Test-Path -LiteralPath $target) {
    if (Test-Path -LiteralPath $old) {
        Remove-Item -LiteralPath $old -Recurse -Force -ErrorAction SilentlyContinue
        if (Test-Path -LiteralPath $old) { Stop-Install 22 'busy' }
    }
    try { Rename-Item -LiteralPath $target -NewName 'qbe_xl.old' } catch { Stop-Install 22 'busy' }
}
try {
    Rename-Item -LiteralPath $new -NewName 'qbe_xl'
} catch {
    if (Test-Path -LiteralPath $old) { Rename-Item -LiteralPath $old -NewName 'qbe_xl' }
    Stop-Install 22 'busy'
}

try {
    if (-not (Test-Path -LiteralPath $xlstart)) { New-Item -ItemType Directory -Path $xlstart -Force | Out-Null }
    Copy-Item -LiteralPath (Join-Path $target 'addin\qbe_xl.xlam') -Destination (Join-Path $xlstart 'qbe_xl.xlam') -Force
    Unblock-File -LiteralPath (Join-Path $xlstart 'qbe_xl.xlam')
} catch { Stop-Install 28 'addin-failed' }

Show-Message 'installed'
Write-Host "  $target"
Write-Host "  $(Join-Path $xlstart 'qbe_xl.xlam')"
exit 0
