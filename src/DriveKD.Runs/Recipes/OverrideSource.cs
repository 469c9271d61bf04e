namespace DriveKD.Runs.Recipes;

/// <summary>Where <c>key=value</c> arguments come from, when it is not the command line.</summary>
/// <param name="Name">What messages call it: <c>arm ce</c>.</param>
/// <param name="Folder">The folder that relative inputs among them start from.</param>
public sealed record OverrideSource(string Name, string Folder)
{
    /// <summary>What messages call the command line.</summary>
    internal const string CommandLineName = "command line";
}
