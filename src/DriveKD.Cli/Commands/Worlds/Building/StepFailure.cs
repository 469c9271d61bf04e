using DriveKD.Data.Errors;

namespace DriveKD.Cli.Commands.Worlds.Building;

/// <summary>How a step failed.</summary>
/// <param name="Step">Its name.</param>
/// <param name="Problems">What is told.</param>
/// <param name="ExitCode">What the build ends with.</param>
internal sealed record StepFailure(string Step, IReadOnlyList<Problem> Problems, int ExitCode);
