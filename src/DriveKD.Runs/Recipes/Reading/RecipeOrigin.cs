namespace DriveKD.Runs.Recipes.Reading;

/// <summary>Where a key or value was written: in the file or on the command line.</summary>
/// <param name="Line">The line of the file, from 1; 0 where none is known.</param>
/// <param name="Override">The command-line argument; null for the file.</param>
internal sealed record RecipeOrigin(int Line, string? Override = null)
{
    /// <summary>The file as a whole.</summary>
    public static RecipeOrigin File { get; } = new(0);

    /// <summary>The place in words.</summary>
    /// <param name="file">The recipe file's name.</param>
    /// <param name="key">The dotted key; empty for the whole recipe.</param>
    /// <param name="overrideSource">Where arguments come from.</param>
    public string Describe(string file, string key, string overrideSource)
    {
        if (Override is not null)
        {
            return $"{overrideSource}: {Quoting.Shorten(Override)}";
        }

        return string.Join(", ", new[] { file, Line > 0 ? $"line {Line}" : "", key }.Where(part => part.Length > 0));
    }
}
