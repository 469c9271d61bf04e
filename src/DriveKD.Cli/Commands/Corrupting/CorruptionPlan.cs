using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Data.Imaging.Corruptions;

namespace DriveKD.Cli.Commands.Corrupting;

/// <summary>Which kinds are made, at which severity, and which are left out.</summary>
/// <param name="Kinds">With their severities; 0 where a kind has none.</param>
/// <param name="LeftOut">With the reason.</param>
internal sealed record CorruptionPlan(IReadOnlyList<(CorruptionInfo Info, int Severity)> Kinds, IReadOnlyList<(CorruptionInfo Info, string Reason)> LeftOut)
{
    /// <summary>Plans.</summary>
    /// <param name="kinds">What the user wants.</param>
    /// <param name="severity">1 to 5.</param>
    /// <param name="isPublished">Prefer each kind's published severity.</param>
    /// <param name="leavesOut">Leave out what is impossible instead of refusing.</param>
    /// <exception cref="InputException">A kind is impossible and may not be left out, or none is left.</exception>
    public static CorruptionPlan Make(IReadOnlyList<CorruptionInfo> kinds, int severity, bool isPublished, bool leavesOut)
    {
        List<(CorruptionInfo, int)> planned = [];
        List<(CorruptionInfo Info, string Reason)> impossible = [];
        bool hasFfmpeg = Ffmpeg.Find() is not null;
        foreach (CorruptionInfo info in kinds)
        {
            int wanted = info.HighestSeverity == 0 ? 0 : isPublished ? info.PublishedSeverity ?? severity : severity;
            if (CorruptionCatalog.WhyNot(info, wanted) is string reason)
            {
                impossible.Add((info, reason));
            }
            else if (info.NeedsFfmpeg && !hasFfmpeg)
            {
                impossible.Add((info, Ffmpeg.Absence));
            }
            else
            {
                planned.Add((info, wanted));
            }
        }

        if (impossible.Count > 0 && (!leavesOut || planned.Count == 0))
        {
            throw new InputException([.. impossible.Select(item => new Problem($"--kind {item.Info.Name}", item.Reason))]);
        }

        return new CorruptionPlan(planned, impossible);
    }
}
