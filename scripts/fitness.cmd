@echo off
rem Runs the program on Windows, from any folder; the first run sets it up.
rem Usage: scripts\fitness.cmd ARGUMENTS...   (scripts\fitness.cmd --help lists them)
setlocal
set "root=%~dp0.."
where py >nul 2>nul && (set "base=py -3") || (set "base=python")
%base% "%root%\scripts\set_up.py" --for "%*" || exit /b 1
set "PYTHONSAFEPATH=1"
"%root%\.venv\Scripts\python.exe" -m fitness %*
exit /b %errorlevel%
