namespace DriveKD.Cli;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    /// <summary>Everything asked for was done.</summary>
    public const int Done = 0;

    /// <summary>The command ran and a check failed.</summary>
    public const int CheckFailed = 1;

    /// <summary>The user's mistake: bad input or bad arguments.</summary>
    public const int BadInput = 2;

    /// <summary>A fault of the program.</summary>
    public const int Fault = 3;

    /// <summary>Stopped by Ctrl-C.</summary>
    public const int Cancelled = 130;
}
