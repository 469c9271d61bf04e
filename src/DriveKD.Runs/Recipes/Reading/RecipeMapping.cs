namespace DriveKD.Runs.Recipes.Reading;

/// <summary>Keys with values, in the order in which they were written.</summary>
/// <param name="Entries">Changed by the command line's keys.</param>
/// <param name="Origin">Where it begins.</param>
internal sealed record RecipeMapping(List<RecipeEntry> Entries, RecipeOrigin Origin) : RecipeNode(Origin)
{
    public override string Description => "a mapping (key: value)";

    /// <summary>The value of a key, or null.</summary>
    public RecipeNode? Find(string key) => Entries.Find(entry => entry.Key == key)?.Value;

    /// <summary>Adds a key or replaces its value.</summary>
    public void Set(string key, RecipeNode value)
    {
        RecipeEntry entry = new(key, value.Origin, value);
        int index = Entries.FindIndex(other => other.Key == key);
        if (index < 0)
        {
            Entries.Add(entry);
        }
        else
        {
            Entries[index] = entry;
        }
    }
}
