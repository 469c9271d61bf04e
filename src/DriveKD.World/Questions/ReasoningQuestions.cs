using DriveKD.Data.Samples;
using DriveKD.World.Actors;
using DriveKD.World.Futures;

namespace DriveKD.World.Questions;

/// <summary>What somebody does next, who matters most, who gets in whose way, who has to yield.</summary>
internal static class ReasoningQuestions
{
    /// <summary>
    /// Sets of options: what the same lamps or posture mean in other surroundings, and what lamps that are easily taken for them mean. Of the sets with the right outcome one is drawn,
    /// and within each set outcomes come equally often: the set tells nothing about the answer.
    /// </summary>
    private static readonly Outcome[][] _sets =
    [
        [Outcome.KeepsGoing, Outcome.SlowsDown, Outcome.Stops],
        [Outcome.Stays, Outcome.Stops, Outcome.KeepsGoing],
        [Outcome.ChangesLeft, Outcome.ChangesRight, Outcome.WaitsForGap],
        [Outcome.ChangesLeft, Outcome.WaitsForGap, Outcome.SlowsDown],
        [Outcome.ChangesRight, Outcome.WaitsForGap, Outcome.KeepsGoing],
        [Outcome.TurnsLeft, Outcome.TurnsRight, Outcome.KeepsGoing],
        [Outcome.StartsMoving, Outcome.Stays, Outcome.WaitsForGap],
        [Outcome.Crosses, Outcome.WalksOn, Outcome.WaitsAtKerb],
    ];

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
        string side = WorldWords.Of(item.Side);
        draft.Add(Capability.Reasoning, kind, question, answer, key: WorldWords.Of(item.Motion), group: side, subject: draft.Subject(item));
        Outcome[][] sets = [.. _sets.Where(set => set.Contains(item.Next))];
        if (sets.Length > 0)
        {
            string[] options = [.. sets[draft.Random.NextInt(sets.Length)].Select(WorldWords.Of)];
            draft.AddChoice(Capability.Reasoning, kind, question, answer, options, group: $"{string.Join('/', options)} {side}", subject: draft.Subject(item));
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

        // Where something is tells how much it matters: options name colour and kind instead.
        string[] looks = [.. draft.Facts.Objects.Where(item => item.IsUnique && item.Actor.Kind != ActorKind.Cone).Select(Look)];
        if (draft.Facts.IsComplete && draft.Facts.Objects.Count(item => Look(item) == Look(critical)) == 1)
        {
            draft.AddChoice(Capability.Reasoning, "critical", Question, Look(critical), draft.Shuffled(looks));
        }
    }

    private static string Look(SceneObject item) => $"the {WorldWords.Look(item.Actor.Color, item.Actor.Kind)}";

    /// <summary>Where both are: words that go a long way towards the answer.</summary>
    private static string Places(SceneObject actor, SceneObject other) => $"{actor.Band} {actor.Side} {other.Band} {other.Side}";

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
                Capability.Reasoning, "yield", $"Must {draft.Name(actor)} yield to {draft.Name(other)}?", pair.Yields ? "yes" : "no", key: distance, group: Places(actor, other));

            // That nobody yields is known only where both were asked.
            YieldPair? reverse = draft.Facts.Pairs.FirstOrDefault(known => known.ActorId == pair.OtherId && known.OtherId == pair.ActorId);
            bool isKnown = pair.Yields || reverse is not null;
            if (isKnown && asked.Add((Math.Min(pair.ActorId, pair.OtherId), Math.Max(pair.ActorId, pair.OtherId))))
            {
                bool conflict = pair.Yields || reverse!.Yields;
                draft.Add(
                    Capability.Reasoning,
                    "conflict",
                    $"Will {draft.Name(actor)} and {draft.Name(other)} get in conflict?",
                    conflict ? "yes" : "no",
                    key: distance,
                    group: Places(actor, other));
            }
        }
    }
}
