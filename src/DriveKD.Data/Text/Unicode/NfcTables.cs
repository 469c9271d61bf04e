using System.Globalization;

namespace DriveKD.Data.Text.Unicode;

/// <summary>
/// The character data of canonical composition. .NET takes it from ICU, which is not there under invariant globalization,
/// so the tables come with the assembly: those of Unicode 9.0.0, because that is what the reference tokenizers use.
/// </summary>
internal sealed class NfcTables
{
    private const string ResourceName = "DriveKD.Data.Text.Unicode.nfc-9.0.0.txt";
    private static readonly Lazy<NfcTables> _lazyInstance = new(Read);

    private NfcTables(
        Dictionary<int, (int First, int Second)> decompositions,
        Dictionary<(int First, int Second), int> compositions,
        Dictionary<int, int> combiningClasses,
        HashSet<int> unsettled)
    {
        Decompositions = decompositions;
        Compositions = compositions;
        CombiningClasses = combiningClasses;
        Unsettled = unsettled;
    }

    public static NfcTables Instance => _lazyInstance.Value;

    /// <summary>One step of decomposition; the second code point is -1 where there is only one.</summary>
    public Dictionary<int, (int First, int Second)> Decompositions { get; }

    /// <summary>The primary composite of two code points.</summary>
    public Dictionary<(int First, int Second), int> Compositions { get; }

    /// <summary>The canonical combining class of every code point whose class is not 0.</summary>
    public Dictionary<int, int> CombiningClasses { get; }

    /// <summary>Code points that composition may change, move or join with what stands before them. Text without any is composed already.</summary>
    public HashSet<int> Unsettled { get; }

    private static NfcTables Read()
    {
        Dictionary<int, (int First, int Second)> decompositions = [];
        Dictionary<(int First, int Second), int> compositions = [];
        Dictionary<int, int> classes = [];
        HashSet<int> unsettled = [];
        using Stream stream = typeof(NfcTables).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {ResourceName}.");
        using StreamReader reader = new(stream);
        bool inClasses = false;
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#') || line == "decompositions")
            {
                continue;
            }

            if (line == "classes")
            {
                inClasses = true;
                continue;
            }

            string[] fields = line.Split(' ');
            if (inClasses)
            {
                int combiningClass = int.Parse(fields[2], CultureInfo.InvariantCulture);
                for (int codePoint = Hexadecimal(fields[0]); codePoint <= Hexadecimal(fields[1]); codePoint++)
                {
                    classes.Add(codePoint, combiningClass);
                    unsettled.Add(codePoint);
                }

                continue;
            }

            bool isExcluded = fields[0].StartsWith('!');
            int composite = Hexadecimal(fields[0].AsSpan(isExcluded ? 1 : 0));
            (int First, int Second) parts = (Hexadecimal(fields[1]), fields.Length > 2 ? Hexadecimal(fields[2]) : -1);
            decompositions.Add(composite, parts);
            if (isExcluded)
            {
                unsettled.Add(composite);
            }
            else
            {
                compositions.Add(parts, composite);
                unsettled.Add(parts.Second);
            }
        }

        return new NfcTables(decompositions, compositions, classes, unsettled);
    }

    private static int Hexadecimal(ReadOnlySpan<char> digits) => int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
