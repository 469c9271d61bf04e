using DriveKD.Data.Errors;
using DriveKD.Data.Verification;

namespace DriveKD.Cli.Verification;

/// <summary>What came out of one folder.</summary>
/// <param name="Folder">As the user named it.</param>
/// <param name="Label">What its cases are prefixed with: its last name, or the whole where two share it.</param>
/// <param name="Kinds">What it was recognised as.</param>
/// <param name="Checks">One row per case and stage.</param>
/// <param name="Problems">What kept the folder from being compared to its end.</param>
internal sealed record FolderResult(
    string Folder, string Label, IReadOnlyList<string> Kinds, IReadOnlyList<GoldenCheck> Checks, IReadOnlyList<Problem> Problems)
{
    /// <summary>A row's case with the folder it comes from.</summary>
    public string NameOf(GoldenCheck check) => $"{Label}/{check.Case}";

    /// <summary>For every case that fails, the first of its stages that does.</summary>
    public IEnumerable<GoldenCheck> FirstFailures => Checks.Where(check => !check.Passed).DistinctBy(check => check.Case);
}
