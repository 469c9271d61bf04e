using System.Collections.Frozen;

namespace DriveKD.Evaluation.Metrics.Tokenization;

/// <summary>The tokenizer's word lists.</summary>
internal static class PtbWords
{
    private const string SentenceStarterList =
        "A About According Additionally After An As At But Earlier He Her Here However If In It Last Many More Mr. Ms. Now Once One Other "
        + "Our She Since So Some Such That The Their Then There These They This We What When While Yet You";

    private const string EndingList =
        "Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Thurs Fri "
        + "Calif Fla Mass Ariz Ala Ark Colo Conn Del Ga Ill Ind Kan Kans Ky La Md Mich Minn Miss Mo Mont Neb Nev Okla Ore Pa Penn Tenn Tex Va Vt "
        + "Wash Wis Wyo Jr Sr Inc Ltd Co Corp Bros etc al est Ph.D Blvd Rd Univ Assn Bldg Ct Sq ext tel Esq PLC Bhd Pty";

    // In small letters these are ordinary words.
    private const string OrdinaryWordList = "mass ark del ill la miss ore pa tex wash";

    private const string TitleList =
        "Mr Mrs Ms Dr Prof St Ave vs cf ft v Gen Col Sgt Capt Lt Gov Sen Rep Pres Rev Hon Adm Maj Cpl Pvt Messrs Mme Dept Mt Ft Cie Assoc";

    private const string NumberedList = "No Nos Fig Art pp Vol";

    private const string ExtensionList = "jpg jpeg png gif bmp txt pdf htm html doc csv zip";

    private static readonly FrozenSet<string> _sentenceStarters = SentenceStarterList.Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> _ending = EndingList.Split(' ')
        .Concat(EndingList.ToLowerInvariant().Split(' ').Except(OrdinaryWordList.Split(' ')))
        .ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> _titles = TitleList.Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> _numbered = NumberedList.Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> _extensions = ExtensionList.Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, int> _split = new Dictionary<string, int>
    {
        ["cannot"] = 3,
        ["gonna"] = 3,
        ["wanna"] = 3,
        ["gotta"] = 3,
        ["gimme"] = 3,
        ["lemme"] = 3,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>A word with which, after an acronym or initial, a new sentence is taken to begin.</summary>
    public static bool StartsSentence(ReadOnlySpan<char> word) => Contains(_sentenceStarters, word);

    /// <summary>An abbreviation that may end a sentence: then its period counts twice.</summary>
    public static bool MayEndSentence(ReadOnlySpan<char> word) => Contains(_ending, word);

    /// <summary>An abbreviation that never ends a sentence.</summary>
    public static bool IsTitle(ReadOnlySpan<char> word) => Contains(_titles, word);

    /// <summary>An abbreviation only where a number follows.</summary>
    public static bool StandsBeforeNumber(ReadOnlySpan<char> word) => Contains(_numbered, word);

    /// <summary>What ends a file's name.</summary>
    public static bool IsFileExtension(ReadOnlySpan<char> word) => Contains(_extensions, word);

    /// <summary>Where a word of two tokens is cut, or 0.</summary>
    public static int SplitsAt(ReadOnlySpan<char> word) =>
        _split.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out int at) ? at : 0;

    private static bool Contains(FrozenSet<string> set, ReadOnlySpan<char> word) => set.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word);
}
