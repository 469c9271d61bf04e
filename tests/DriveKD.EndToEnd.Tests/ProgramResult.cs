namespace DriveKD.EndToEnd.Tests;

/// <summary>What a finished process left.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Error);
