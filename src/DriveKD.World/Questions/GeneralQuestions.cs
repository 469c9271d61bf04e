using System.Globalization;
using DriveKD.World.Actors;
using DriveKD.World.Futures;

namespace DriveKD.World.Questions;

/// <summary>Captions, and questions about a picture that ask no skill of driving: for pre-training.</summary>
internal static class GeneralQuestions
{
    /// <summary>The kind of captions.</summary>
    public const string Caption = "caption";

    /// <summary>The kind of captions of one place.</summary>
    public const string Place = "place";

    private const int DescribedObjects = 2;

    private static readonly ActorKind[] _kinds = [ActorKind.Car, ActorKind.Truck, ActorKind.Bus, ActorKind.Cyclist, ActorKind.Pedestrian];

    private static readonly LaneSide[] _fromLeft =
        [LaneSide.LeftRoadside, LaneSide.Left, LaneSide.Ego, LaneSide.Right, LaneSide.RightRoadside, LaneSide.Elsewhere];

    /// <summary>Adds all of them.</summary>
    public static void Add(QuestionDraft draft)
    {
        SceneFacts facts = draft.Facts;
        AddYesNo(draft, "crossing", "Is there a crossing?", facts.HasCrossing);
        AddLine(draft, "left", facts.LeftLineIsDashed);
        AddLine(draft, "right", facts.RightLineIsDashed);
        draft.Add(null, "daytime", "What time is it?", WorldWords.Of(facts.State.TimeOfDay));
        draft.Add(null, "weather", "What is the weather?", WorldWords.Of(facts.State.Weather));
        if (!facts.IsComplete)
        {
            return;
        }

        foreach (ActorKind kind in _kinds)
        {
            string name = WorldWords.Of(kind);
            int count = facts.Objects.Count(item => item.Actor.Kind == kind);
            AddYesNo(draft, "exists", $"Is there a {name}?", count > 0, name);
            if (count <= 4)
            {
                draft.Add(null, "count-kind", $"How many {(kind == ActorKind.Bus ? "buses" : name + "s")} are there?", Number(count), group: name);
            }
        }

        AddPairsOfColors(draft);
        AddPlaces(draft);
        draft.Add(null, Caption, "Describe the scene.", Describe(facts), key: Number(facts.Objects.Count));
    }

    /// <summary>
    /// Names everything that the questions need, in a fixed order: light, crossing, both lines, then every object, band after band and in each from
    /// the left, with its place, colour, kind and status. A small model's projector passes on what captions name; the place comes first, so that
    /// what follows has to be looked up there.
    /// </summary>
    public static string Describe(SceneFacts facts)
    {
        string[] sentences =
        [
            facts.Light == LightView.None ? "no light" : $"{WorldWords.Of(facts.Light)} light",
            facts.HasCrossing ? "crossing" : "no crossing",
            Line("left", facts.LeftLineIsDashed),
            Line("right", facts.RightLineIsDashed),
            .. facts.Objects.OrderBy(item => item.Band).ThenBy(item => Array.IndexOf(_fromLeft, item.Side)).ThenBy(item => item.Seen.CentreX).Select(item =>
                $"{WorldWords.Place(item.Band, item.Side)} {Look(item)}"),
        ];
        return string.Join(". ", sentences.Select(WorldWords.Sentence));
    }

    private static string Look(SceneObject item) =>
        $"{WorldWords.Look(item.Actor.Color, item.Actor.Kind)} {WorldWords.Of(item.Motion)}";

    /// <summary>Captions of places, in the words of the whole caption: two of somebody, and for every other scene one of nobody.</summary>
    private static void AddPlaces(QuestionDraft draft)
    {
        (string Name, SceneObject[] There)[] places =
        [
            .. from band in Enum.GetValues<DistanceBand>()
               from side in _fromLeft
               where side != LaneSide.Elsewhere
               select (WorldWords.Place(band, side), draft.Facts.Objects.Where(item => item.Band == band && item.Side == side).ToArray()),
        ];
        (string Name, SceneObject[] There)[] taken = draft.Shuffled(places.Where(place => place.There.Length == 1));
        (string Name, SceneObject[] There)[] empty = draft.Shuffled(places.Where(place => place.There.Length == 0));
        foreach ((string name, SceneObject[] there) in taken.Take(DescribedObjects).Concat(empty.Take(draft.Random.NextInt(2))))
        {
            draft.Add(null, Place, $"Describe {name}.", there.Length == 0 ? "nothing" : Look(there[0]), group: name, subject: name);
        }

        foreach ((string name, SceneObject[] there) in taken.Take(1).Concat(empty.Take(1)))
        {
            AddYesNo(draft, "exists-place", $"Is there a vehicle {name}?", there.Length == 1 && WorldWords.IsVehicle(there[0].Actor.Kind), name);
        }
    }

    private static string Line(string side, bool? isDashed) => isDashed switch
    {
        null => $"no {side} lane",
        true => $"{side} line dashed",
        false => $"{side} line solid",
    };

    private static void AddLine(QuestionDraft draft, string side, bool? isDashed)
    {
        if (isDashed is bool dashed)
        {
            draft.Add(null, "line", $"Is the {side} line dashed or solid?", dashed ? "dashed" : "solid", group: side);
        }
    }

    private static void AddYesNo(QuestionDraft draft, string kind, string question, bool holds, string group = "") =>
        draft.Add(null, kind, question, holds ? "yes" : "no", group: group);

    /// <summary>Whether a thing of one colour and kind is there; where it is not, the colour or the kind is, as often as possible.</summary>
    private static void AddPairsOfColors(QuestionDraft draft)
    {
        SceneObject[] there = [.. draft.Facts.Objects.Where(item => item.Actor.Kind != ActorKind.Cone)];
        if (there.Length < 2)
        {
            return;
        }

        SceneObject[] two = draft.Shuffled(there)[..2];
        Ask(two[0].Actor.Color, two[0].Actor.Kind);
        Ask(two[0].Actor.Color, two[1].Actor.Kind);

        void Ask(ActorColor color, ActorKind kind) => AddYesNo(
            draft,
            "exists-colour",
            $"Is there a {WorldWords.Look(color, kind)}?",
            there.Any(item => item.Actor.Color == color && item.Actor.Kind == kind));
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
