using System.Globalization;
using DriveKD.Distillation.Stores;

namespace DriveKD.Cli.Commands.Training;

/// <summary>What users must know of a folder of features and targets: damage, entries that had to go, and those that never fit.</summary>
internal static class StoreNotice
{
    private const double Mebibyte = 1 << 20;

    /// <summary>The notice; null where there is nothing to say.</summary>
    /// <param name="counts">What came of the folder.</param>
    public static string? Of(StoreCounts counts)
    {
        string[] parts =
        [
            .. counts.Damaged > 0 ? [string.Create(CultureInfo.InvariantCulture, $"{counts.Damaged} entries were damaged and were made anew")] : (string[])[],
            .. counts.Dropped > 0
                ? [string.Create(CultureInfo.InvariantCulture, $"{counts.Dropped} entries that were not used for longest went, because cache.folder_limit was reached")]
                : (string[])[],
            .. counts.TooLarge > 0
                ?
                [
                    string.Create(CultureInfo.InvariantCulture, $"{counts.TooLarge} entries were not kept because each alone is larger than cache.folder_limit; ")
                        + string.Create(CultureInfo.InvariantCulture, $"for one of them it has to be at least {Math.Ceiling(counts.LargestBytes / Mebibyte):0}"),
                ]
                : (string[])[],
        ];
        return parts.Length == 0 ? null : "cache.folder: " + string.Join("; ", parts);
    }
}
