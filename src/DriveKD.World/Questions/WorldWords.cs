using DriveKD.World.Actors;
using DriveKD.World.Futures;
using DriveKD.World.Scenes;

namespace DriveKD.World.Questions;

/// <summary>The words for what a scene holds, in small letters.</summary>
internal static class WorldWords
{
    /// <summary>A colour.</summary>
    public static string Of(ActorColor color) => Lower(color);

    /// <summary>A kind.</summary>
    public static string Of(ActorKind kind) => Lower(kind);

    /// <summary>A time of day.</summary>
    public static string Of(TimeOfDay time) => Lower(time);

    /// <summary>A weather.</summary>
    public static string Of(Weather weather) => Lower(weather);

    /// <summary>What a light shows.</summary>
    public static string Of(LightView light) => light == LightView.None ? "no light" : Lower(light);

    /// <summary>A distance.</summary>
    public static string Of(DistanceBand band) => band switch
    {
        DistanceBand.Near => "near",
        DistanceBand.Middle => "middle",
        DistanceBand.Far => "far",
        _ => throw Unknown(band),
    };

    /// <summary>A lane or roadside.</summary>
    public static string Of(LaneSide side) => side switch
    {
        LaneSide.Left => "left",
        LaneSide.Ego => "ego",
        LaneSide.Right => "right",
        LaneSide.LeftRoadside => "left roadside",
        LaneSide.RightRoadside => "right roadside",
        LaneSide.Elsewhere => "elsewhere",
        _ => throw Unknown(side),
    };

    /// <summary>A place, the same words wherever it is named: <c>near left</c>, <c>far right roadside</c>.</summary>
    /// <remarks>A small model looks at a place by the words just before; words that stand apart took it many times the samples.</remarks>
    public static string Place(DistanceBand band, LaneSide side) => $"{Of(band)} {Of(side)}";

    /// <summary>How somebody looks: <c>red car</c>.</summary>
    public static string Look(ActorColor color, ActorKind kind) => $"{Of(color)} {Of(kind)}";

    /// <summary>How something moves.</summary>
    public static string Of(Motion motion) => motion switch
    {
        Motion.Moving => "moving",
        Motion.Braking => "braking",
        Motion.Stopped => "stopped",
        Motion.SignalsLeft => "signals left",
        Motion.SignalsRight => "signals right",
        Motion.Walking => "walking",
        Motion.Standing => "standing",
        _ => throw Unknown(motion),
    };

    /// <summary>What becomes of something.</summary>
    public static string Of(Outcome outcome) => outcome switch
    {
        Outcome.KeepsGoing => "keeps going",
        Outcome.SlowsDown => "slows down",
        Outcome.Stops => "stops",
        Outcome.Stays => "stays",
        Outcome.StartsMoving => "starts moving",
        Outcome.ChangesLeft => "changes left",
        Outcome.ChangesRight => "changes right",
        Outcome.TurnsLeft => "turns left",
        Outcome.TurnsRight => "turns right",
        Outcome.WaitsForGap => "waits",
        Outcome.Crosses => "crosses",
        Outcome.WaitsAtKerb => "waits",
        Outcome.WalksOn => "walks on",
        _ => throw Unknown(outcome),
    };

    /// <summary>What ego does.</summary>
    public static string Of(EgoManeuver maneuver) => maneuver switch
    {
        EgoManeuver.Stop => "stop",
        EgoManeuver.Brake => "brake",
        EgoManeuver.Keep => "keep going",
        EgoManeuver.Accelerate => "accelerate",
        EgoManeuver.ChangeLeft => "change left",
        EgoManeuver.ChangeRight => "change right",
        _ => throw Unknown(maneuver),
    };

    /// <summary>The words with a capital at the beginning.</summary>
    public static string Sentence(string words) => char.IsAsciiLetterLower(words[0]) ? char.ToUpperInvariant(words[0]) + words[1..] : words;

    /// <summary>Whether a kind counts as a vehicle: cyclists do.</summary>
    public static bool IsVehicle(ActorKind kind) => kind is ActorKind.Car or ActorKind.Truck or ActorKind.Bus or ActorKind.Cyclist;

    private static string Lower<T>(T value)
        where T : struct, Enum =>
        Enum.IsDefined(value) ? value.ToString().ToLowerInvariant() : throw Unknown(value);

    private static ArgumentOutOfRangeException Unknown(object value) => new(nameof(value), value, "there is no word for this.");
}
