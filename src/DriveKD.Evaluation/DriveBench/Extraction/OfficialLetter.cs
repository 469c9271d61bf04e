namespace DriveKD.Evaluation.DriveBench.Extraction;

/// <summary>
/// The option letter as DriveBench's scorer reads it, faults included: of A, B, C, D in this order the first that stands alone
/// anywhere, in capitals or not. The article "a" makes an answer an A, whatever option it names.
/// </summary>
public static class OfficialLetter
{
    private static readonly string[] _letters = ["A", "B", "C", "D"];

    /// <summary>Reads a prediction or a reference.</summary>
    /// <param name="answer">Any text.</param>
    /// <returns>A letter, or an empty text where none stands alone. The scorer takes two empty texts for equal.</returns>
    public static string Extract(string answer) => Array.Find(_letters, letter => PythonText.HoldsWord(answer, letter)) ?? "";
}
