using DriveKD.Data.Samples;
using DriveKD.World.Actors;
using DriveKD.World.Futures;

namespace DriveKD.World.Questions;

/// <summary>What somebody does next, who matters most, who gets in whose way, who has to yield.</summary>
internal static class ReasoningQuestions
{
    /// <summary>
    /// Options by what a picture shows of somebody: what the same lamps or posture mean in other surroundings. They do not depend on the answer, which
    /// is drawn evenly among them, so that they tell nothing about it.
    /// </summary>
    private static readonly Dictionary<Motion, Outcome[]> _possible = new()
    {
        [Motion.Moving] = [Outcome.KeepsGoing, Outcome.SlowsDown, Outcome.Stops],
        [Motion.Braking] = [Outcome.Stops, Outcome.SlowsDown, Outcome.KeepsGoing],
        [Motion.Stopped] = [Outcome.Stays, Outcome.StartsMoving, Outcome.KeepsGoing],
        [Motion.SignalsLeft] = [Outcome.ChangesLeft, Outcome.WaitsForGap, Outcome.TurnsLeft],
        [Motion.SignalsRight] = [Outcome.ChangesRight, Outcome.WaitsForGap, Outcome.TurnsRight],
        [Motion.Walking] = [Outcome.Crosses, Outcome.WalksOn, Outcome.WaitsAtKerb],
        [Motion.Standing] = [Outcome.Crosses, Outcome.WalksOn, Outcome.WaitsAtKerb],
    };

    /// <summary>Adds all of them.</summary>
    public static void Add(QuestionDraft draft)
    {
        foreach (SceneObject item in draft.Facts.Objects.Where(item => item.IsUnique && item.Actor.Kind != ActorKind.Cone))
        {
            AddNext(draft, item);
        }

        AddCritical(draft);
        AddPairs(draft);
    }

    /// <summary>Why an object matters, if the reason of the plan speaks of it.</summary>
    public static string? Verb(PlanReason reason) => reason switch
    {
        PlanReason.PersonCrosses => "crosses",
        PlanReason.StoppedAhead => "stands",
        PlanReason.BrakingAhead => "brakes",
        PlanReason.MergesAhead => "merges",
        PlanReason.MovingAhead => "drives ahead",
        _ => null,
    };

    private static void AddNext(QuestionDraft draft, SceneObject item)
    {
        // Somebody on foot and a vehicle have no outcome in common: they are kinds of their own, or the question's words would give answers away.
        string kind = WorldWords.IsVehicle(item.Actor.Kind) ? "next" : "next-walker";
        string answer = WorldWords.Of(item.Next);
        string question = $"What will {draft.Name(item)} do next?";
        draft.Add(Capability.Reasoning, kind, question, answer, key: WorldWords.Of(item.Motion));
        Outcome[] possible = _possible[item.Motion];
        if (possible.Contains(item.Next))
        {
            draft.AddChoice(
                Capability.Reasoning, kind, question, answer, possible.Select(WorldWords.Of), group: string.Join('/', possible.Order().Select(WorldWords.Of)));
        }
    }

    private static void AddCritical(QuestionDraft draft)
    {
        if (draft.Facts.Critical is not { IsUnique: true } critical)
        {
            return;
        }

        const string Question = "Which object matters most to ego?";
        string? verb = draft.Facts.ReasonObject?.Actor.Id == critical.Actor.Id ? Verb(draft.Facts.Reason) : null;
        string name = draft.ShortName(critical);
        draft.Add(Capability.Reasoning, "critical", Question, name, verb is null ? null : $"it {verb}", WorldWords.Of(critical.Actor.Kind));
        IEnumerable<SceneObject> others = draft.Facts.Objects.Where(item => item.IsUnique && item.Actor.Id != critical.Actor.Id);
        draft.AddChoice(Capability.Reasoning, "critical", Question, name, draft.Shuffled(others).Select(draft.ShortName));
    }

    private static void AddPairs(QuestionDraft draft)
    {
        HashSet<(int, int)> asked = [];
        foreach (YieldPair pair in draft.Facts.Pairs)
        {
            if (draft.FindUnique(pair.ActorId) is not SceneObject actor || draft.FindUnique(pair.OtherId) is not SceneObject other)
            {
                continue;
            }

            string distance = pair.IsClose ? "close" : "apart";
            draft.Add(
                Capability.Reasoning, "yield", $"Must {draft.Name(actor)} yield to {draft.Name(other)}?", pair.Yields ? "yes" : "no", key: distance);

            // That nobody yields is known only where both were asked.
            YieldPair? reverse = draft.Facts.Pairs.FirstOrDefault(known => known.ActorId == pair.OtherId && known.OtherId == pair.ActorId);
            bool isKnown = pair.Yields || reverse is not null;
            if (isKnown && asked.Add((Math.Min(pair.ActorId, pair.OtherId), Math.Max(pair.ActorId, pair.OtherId))))
            {
                bool conflict = pair.Yields || reverse!.Yields;
                draft.Add(
                    Capability.Reasoning, "conflict", $"Will {draft.Name(actor)} and {draft.Name(other)} get in conflict?", conflict ? "yes" : "no", key: distance);
            }
        }
    }
}
