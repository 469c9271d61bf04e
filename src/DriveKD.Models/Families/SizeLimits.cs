using System.Globalization;

namespace DriveKD.Models.Families;

/// <summary>Sizes far beyond any model are damage; within these limits no product of two overflows.</summary>
internal static class SizeLimits
{
    public const int Channels = 1 << 20;
    public const int Heads = 1 << 14;
    public const int Layers = 10_000;
    public const int Pixels = 1 << 14;
    public const int Rows = 1 << 26;

    /// <summary>Reports what is beyond its limit.</summary>
    /// <param name="root">config.json.</param>
    /// <param name="sizes">Keys with their values and limits.</param>
    public static void Check(ConfigSection root, IEnumerable<(string Key, int Value, int Most)> sizes)
    {
        foreach ((string key, int value, int most) in sizes)
        {
            if (value > most)
            {
                root.Report(key, string.Create(CultureInfo.InvariantCulture, $"is {value}, far beyond any model; at most {most} is expected"));
            }
        }
    }
}
