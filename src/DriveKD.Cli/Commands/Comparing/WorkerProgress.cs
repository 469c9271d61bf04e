namespace DriveKD.Cli.Commands.Comparing;

/// <summary>How far a worker is: one line of its standard output.</summary>
/// <param name="Stage">What it does.</param>
/// <param name="Done">How much of it is done.</param>
/// <param name="Total">How much there is.</param>
internal sealed record WorkerProgress(string Stage, long Done, long Total);
