namespace DriveKD.Models.Families;

/// <summary>What training frameworks put before the names of a whole model.</summary>
internal static class TrainingWrappers
{
    private static readonly string[] _wrappers = ["module.", "_orig_mod."];

    /// <summary>A tensor's name without them.</summary>
    /// <param name="name">As it stands in a file.</param>
    public static string Strip(string name)
    {
        foreach (string wrapper in _wrappers)
        {
            name = name.StartsWith(wrapper, StringComparison.Ordinal) ? name[wrapper.Length..] : name;
        }

        return name;
    }
}
