using DriveKD.Data.Samples;
using DriveKD.World.Futures;

namespace DriveKD.World.Questions;

/// <summary>What ego should do, whether something is safe, and why.</summary>
internal static class PlanningQuestions
{
    // Braking and stopping are hardly ever dangerous: whoever asks about them tells the answer.
    private static readonly EgoManeuver[] _doubtful = [EgoManeuver.Keep, EgoManeuver.Accelerate, EgoManeuver.ChangeLeft, EgoManeuver.ChangeRight];

    /// <summary>Adds all of them.</summary>
    public static void Add(QuestionDraft draft)
    {
        string pace = draft.Facts.IsFast ? "Ego drives fast." : "Ego drives slow.";
        string best = WorldWords.Of(draft.Facts.Best);
        string reason = Reason(draft);
        draft.Add(Capability.Planning, "action", $"{pace} What should ego do?", best, reason, draft.Facts.Reason.ToString(), pace);

        // Which options stand together is part of the group: within each, every option is right equally often.
        EgoManeuver[] faulty = [.. draft.Shuffled(draft.Facts.Futures.Where(future => future.Fault != ManeuverFault.None).Select(future => future.Maneuver)).Take(2)];
        string options = string.Join(' ', faulty.Append(draft.Facts.Best).Order());
        draft.AddChoice(
            Capability.Planning, "action", $"{pace} Which action is right?", best, faulty.Select(WorldWords.Of), group: $"{pace} {options}");
        foreach (ManeuverFuture future in draft.Facts.Futures.Where(future => _doubtful.Contains(future.Maneuver)))
        {
            string maneuver = WorldWords.Of(future.Maneuver);
            draft.Add(
                Capability.Planning,
                "safe",
                $"{pace} Is it safe to {maneuver}?",
                future.IsSafe ? "yes" : "no",
                future.IsSafe ? "the way is free" : Fault(draft, future),
                future.Fault.ToString(),
                $"{pace} {maneuver}");
        }

        if (draft.Facts.Best is EgoManeuver.Stop or EgoManeuver.Brake)
        {
            draft.Add(Capability.Planning, "why", $"{pace} Why should ego {best}?", reason, key: draft.Facts.Reason.ToString(), group: $"{pace} {best}");
        }
    }

    private static string Reason(QuestionDraft draft)
    {
        if (ReasoningQuestions.Verb(draft.Facts.Reason) is not string verb)
        {
            return draft.Facts.Reason == PlanReason.RedLight ? "the light is red" : "the road is clear";
        }

        string who = draft.FindUnique(draft.Facts.ReasonObject?.Actor.Id) is SceneObject item ? draft.ShortName(item)
            : draft.Facts.Reason == PlanReason.PersonCrosses ? "somebody"
            : "some vehicle";
        return $"{who} {verb}";
    }

    private static string Fault(QuestionDraft draft, ManeuverFuture future) => future.Fault switch
    {
        ManeuverFault.RedLight => "the light is red",
        ManeuverFault.SolidLine => "the line is solid",
        ManeuverFault.NoLane => "there is no lane",
        ManeuverFault.SpeedLimit => "ego is too fast",
        _ => $"{(draft.FindUnique(future.ActorId) is SceneObject item ? draft.ShortName(item) : "somebody")} is in the way",
    };
}
