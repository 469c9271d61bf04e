namespace DriveKD.Cli.Commands.Worlds.Building;

/// <summary>Where the recipes are that belong to this program.</summary>
internal static class RecipeFolder
{
    private const string Name = "recipes";

    /// <summary>The nearest <c>recipes</c> above the program, which is built inside its repository, or that of the working folder; null for none.</summary>
    public static string? Find()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Holds(folder))
            {
                return Path.Combine(folder, Name);
            }
        }

        string working = Directory.GetCurrentDirectory();
        return Holds(working) ? Path.Combine(working, Name) : null;
    }

    private static bool Holds(string folder) => File.Exists(Path.Combine(folder, Name, "world", "tower.yaml"));
}
