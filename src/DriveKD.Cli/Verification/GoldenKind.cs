using DriveKD.Data.Verification;

namespace DriveKD.Cli.Verification;

/// <summary>One kind of golden folder that <c>drivekd verify</c> understands.</summary>
/// <param name="Name">What it is called in messages.</param>
/// <param name="Layout">What such a folder holds, for a user whose folder is not recognised.</param>
/// <param name="Recognises">Whether a folder is of this kind, told by its content.</param>
/// <param name="Run">Compares the folder; rows come as they are ready.</param>
/// <param name="ReportsProgress">It tells its progress itself, since the rows come too seldom.</param>
internal sealed record GoldenKind(
    string Name,
    string Layout,
    Func<string, bool> Recognises,
    Func<string, VerifyRequest, IEnumerable<GoldenCheck>> Run,
    bool ReportsProgress = false);
