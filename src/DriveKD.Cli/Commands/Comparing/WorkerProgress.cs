using System.Text.Json;

namespace DriveKD.Cli.Commands.Comparing;

/// <summary>How far a worker is: one line of its standard output.</summary>
/// <param name="Stage">What it does.</param>
/// <param name="Done">How much of it is done.</param>
/// <param name="Total">How much there is.</param>
internal sealed record WorkerProgress(string Stage, long Done, long Total)
{
    /// <summary>Reads a line; null where it is something else, such as what a library prints.</summary>
    /// <param name="line">A line of standard output.</param>
    public static WorkerProgress? TryRead(string line)
    {
        if (!line.StartsWith('{'))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<WorkerProgress>(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
