using System.Globalization;
using DriveKD.Data.Samples;
using DriveKD.World.Actors;
using DriveKD.World.Futures;

namespace DriveKD.World.Questions;

/// <summary>What is there, of what colour, how it moves, how many, where, and what the light shows.</summary>
internal static class PerceptionQuestions
{
    private const int MostCounted = 6;

    private static readonly LaneSide[] _lanes = [LaneSide.Left, LaneSide.Ego, LaneSide.Right];
    private static readonly Motion[] _vehicleMotions = [Motion.Moving, Motion.Braking, Motion.Stopped, Motion.SignalsLeft, Motion.SignalsRight];

    // What is rare would be known for wrong wherever it is offered: it is only where the picture shows it.
    private static readonly ActorColor[] _colors = [ActorColor.Red, ActorColor.Blue, ActorColor.Green, ActorColor.White, ActorColor.Black];
    private static readonly ActorKind[] _kinds = [ActorKind.Car, ActorKind.Truck, ActorKind.Bus, ActorKind.Cyclist, ActorKind.Pedestrian];

    /// <summary>Adds all of them.</summary>
    public static void Add(QuestionDraft draft)
    {
        if (draft.Facts.IsComplete)
        {
            AddWhat(draft);
            AddCount(draft);
            AddWhere(draft);
        }

        foreach (SceneObject item in draft.Facts.Objects.Where(item => item.IsUnique && item.Actor.Kind != ActorKind.Cone))
        {
            AddColor(draft, item);
            AddStatus(draft, item);
        }

        AddLight(draft);
    }

    /// <summary>Whether a lane is there at all: a question about one that is not has no answer.</summary>
    private static bool HasLane(SceneFacts facts, LaneSide side) =>
        side == LaneSide.Ego || (side == LaneSide.Left ? facts.LeftLineIsDashed : facts.RightLineIsDashed) is not null;

    private static void AddWhat(QuestionDraft draft)
    {
        string[] inPicture = [.. draft.Facts.Objects.Select(item => WorldWords.Of(item.Actor.Kind)).Distinct()];
        foreach (LaneSide side in _lanes.Where(side => HasLane(draft.Facts, side)))
        {
            foreach (DistanceBand band in Enum.GetValues<DistanceBand>())
            {
                SceneObject[] there = [.. draft.Facts.Objects.Where(item => item.Side == side && item.Band == band)];
                if (there.Length > 1)
                {
                    continue;
                }

                string answer = there.Length == 0 ? "nothing" : WorldWords.Of(there[0].Actor.Kind);
                string place = WorldWords.Place(band, side);
                string question = $"What is {place}?";
                draft.Add(Capability.Perception, "what", question, answer, key: place, subject: place);
                string[] rest = draft.Shuffled(_kinds.Select(WorldWords.Of).Append("nothing"));
                draft.AddChoice(Capability.Perception, "what", question, answer, [.. draft.Shuffled(inPicture).Take(1), .. rest], subject: place);
            }
        }
    }

    private static void AddColor(QuestionDraft draft, SceneObject item)
    {
        string answer = WorldWords.Of(item.Actor.Color);
        string question = $"What colour is {draft.Name(item)}?";
        draft.Add(Capability.Perception, "colour", question, answer, key: WorldWords.Of(item.Actor.Kind), subject: draft.Subject(item));
        IEnumerable<ActorColor> others = draft.Facts.Objects.Select(other => other.Actor.Color).Where(color => color != ActorColor.Orange).Distinct();
        draft.AddChoice(
            Capability.Perception,
            "colour",
            question,
            answer,
            draft.Shuffled(others).Concat(draft.Shuffled(_colors)).Select(WorldWords.Of),
            subject: draft.Subject(item));
    }

    private static void AddStatus(QuestionDraft draft, SceneObject item)
    {
        string answer = WorldWords.Of(item.Motion);
        string question = $"What is the moving status of {draft.Name(item)}?";
        if (!WorldWords.IsVehicle(item.Actor.Kind))
        {
            draft.Add(Capability.Perception, "posture", question, answer, group: WorldWords.Of(item.Side), subject: draft.Subject(item));
            return;
        }

        draft.Add(
            Capability.Perception,
            "status",
            question,
            answer,
            key: WorldWords.Of(item.Actor.Kind),
            group: WorldWords.Of(item.Side),
            subject: draft.Subject(item));
        draft.AddChoice(
            Capability.Perception, "status", question, answer, draft.Shuffled(_vehicleMotions).Select(WorldWords.Of), subject: draft.Subject(item));
    }

    private static void AddCount(QuestionDraft draft)
    {
        int count = draft.Facts.Objects.Count(item => WorldWords.IsVehicle(item.Actor.Kind) && _lanes.Contains(item.Side));
        if (count > MostCounted)
        {
            return;
        }

        const string Question = "How many vehicles are in the lanes?";
        draft.Add(Capability.Perception, "count", Question, Number(count));
        IEnumerable<int> near = Enumerable.Range(0, MostCounted + 1).OrderBy(other => Math.Abs(other - count)).Take(5);
        draft.AddChoice(Capability.Perception, "count", Question, Number(count), draft.Shuffled(near).Select(Number));

        static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
    }

    private static void AddWhere(QuestionDraft draft)
    {
        foreach (SceneObject item in draft.Facts.Objects.Where(item => item.IsUnique && item.Side != LaneSide.Elsewhere && item.Actor.Kind != ActorKind.Cone))
        {
            if (draft.Facts.Objects.Count(other => other.Actor.Kind == item.Actor.Kind && other.Actor.Color == item.Actor.Color) > 1)
            {
                continue;
            }

            string answer = WorldWords.Place(item.Band, item.Side);
            string look = WorldWords.Look(item.Actor.Color, item.Actor.Kind);
            string question = $"Where is the {look}?";
            draft.Add(Capability.Perception, "where", question, answer, key: WorldWords.Of(item.Actor.Kind), group: WorldWords.IsVehicle(item.Actor.Kind) ? "vehicle" : "walker", subject: look);

            // Where something else is comes first, then its own distance in other lanes and its own lane at other distances.
            IEnumerable<string> wrong = draft.Facts.Objects.Where(other => other.Side != LaneSide.Elsewhere).Select(other => WorldWords.Place(other.Band, other.Side));
            IEnumerable<string> moved = _lanes.Select(side => WorldWords.Place(item.Band, side)).Concat(Enum.GetValues<DistanceBand>().Select(band => WorldWords.Place(band, item.Side)));
            draft.AddChoice(Capability.Perception, "where", question, answer, draft.Shuffled(wrong).Concat(draft.Shuffled(moved)), subject: look);
        }
    }

    private static void AddLight(QuestionDraft draft)
    {
        const string Question = "What does the traffic light show?";
        string answer = WorldWords.Of(draft.Facts.Light);
        draft.Add(Capability.Perception, "light", Question, answer);
        if (draft.Facts.Light != LightView.Yellow)
        {
            LightView[] lasting = [LightView.None, LightView.Red, LightView.Green];
            draft.AddChoice(Capability.Perception, "light", Question, answer, draft.Shuffled(lasting).Select(WorldWords.Of));
        }
    }
}
