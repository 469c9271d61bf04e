@echo off
rem Builds DriveKD in Release on first use and again whenever its sources or its commit changed, then runs it.
rem DriveKDDevice=cuda in the environment chooses the build with CUDA's libtorch; the default is cpu.
setlocal EnableExtensions DisableDelayedExpansion
set "root=%~dp0"
if not defined DriveKDDevice set "DriveKDDevice=cpu"
set "artifacts=%root%artifacts"
if /i not "%DriveKDDevice%"=="cpu" set "artifacts=%root%artifacts\%DriveKDDevice%"
set "program=%artifacts%\bin\DriveKD.Cli\release\drivekd.dll"
set "launcher=%artifacts%\launcher"
set "now=%TEMP%\drivekd-sources-%RANDOM%-%RANDOM%.txt"

where dotnet >nul 2>nul
if errorlevel 1 (
  echo drivekd: no .NET found: dotnet is not on PATH. 1>&2
  echo drivekd: Install the .NET 10 SDK, https://dotnet.microsoft.com/download/dotnet/10.0, and start again. 1>&2
  exit /b 2
)

call :sources > "%now%" 2>nul
if not exist "%program%" goto build
if not exist "%launcher%\sources" goto build
fc /b "%now%" "%launcher%\sources" >nul 2>nul
if errorlevel 1 goto build
goto run

:build
pushd "%root%"
dotnet --version >nul 2>nul
if errorlevel 1 (
  dotnet --version 1>&2
  echo drivekd: DriveKD is built by the .NET 10 SDK: https://dotnet.microsoft.com/download/dotnet/10.0 1>&2
  popd
  del "%now%" >nul 2>nul
  exit /b 2
)
if not exist "%launcher%" mkdir "%launcher%"
echo Building DriveKD (about a minute) ... 1>&2
dotnet build src\DriveKD.Cli --configuration Release --verbosity quiet --nologo -nodeReuse:false -p:UseSharedCompilation=false -p:DriveKDDevice=%DriveKDDevice% > "%launcher%\build.log" 2>&1 <nul
if errorlevel 1 (
  type "%launcher%\build.log" 1>&2
  echo drivekd: the build failed; its output is above and in "%launcher%\build.log". 1>&2
  popd
  del "%now%" >nul 2>nul
  exit /b 3
)
popd
copy /y "%now%" "%launcher%\sources" >nul

:run
del "%now%" >nul 2>nul
dotnet "%program%" %*
exit /b %errorlevel%

rem Name, size and time of every file that the build reads, and the commit. Robocopy only lists (/L): nothing is copied.
:sources
robocopy "%root%src" "%TEMP%\drivekd-nowhere" /L /S /FP /TS /BYTES /NJH /NJS /NDL /NC /NP
robocopy "%root%build" "%TEMP%\drivekd-nowhere" /L /S /FP /TS /BYTES /NJH /NJS /NDL /NC /NP
robocopy "%root%." "%TEMP%\drivekd-nowhere" Directory.* global.json /L /FP /TS /BYTES /NJH /NJS /NDL /NC /NP
if exist "%root%.git" git -C "%root%." rev-parse --verify HEAD
exit /b 0
