using System.Globalization;
using DriveKD.Data.Errors;

namespace DriveKD.World.Scenes;

/// <summary>What scenes are drawn from. Shares need not sum to 1: only their ratios count.</summary>
public sealed record WorldSettings
{
    // A vehicle needs its own length and the gap to the next.
    private const double MostVehiclesPerKilometre = 55;

    private const int MostPedestrians = 60;

    /// <summary>How hard scenes are. Lessons have a road of their own: only time of day, weather and <see cref="JamProbability"/> count for them.</summary>
    public Difficulty Difficulty { get; init; } = Difficulty.Town;

    /// <summary>Lanes per direction of the narrowest road.</summary>
    public int FewestLanes { get; init; } = 1;

    /// <summary>Lanes per direction of the widest road, at most 3.</summary>
    public int MostLanes { get; init; } = 3;

    /// <summary>Vehicles per kilometre of lane, on average.</summary>
    public double VehiclesPerKilometre { get; init; } = 11;

    /// <summary>People on foot, at most in a scene.</summary>
    public int Pedestrians { get; init; } = 8;

    /// <summary>Share of straight roads.</summary>
    public double StraightShare { get; init; } = 0.25;

    /// <summary>Share of bends.</summary>
    public double CurveShare { get; init; } = 0.2;

    /// <summary>Share of junctions of four arms.</summary>
    public double CrossroadsShare { get; init; } = 0.35;

    /// <summary>Share of junctions of three arms.</summary>
    public double TeeShare { get; init; } = 0.2;

    /// <summary>Probability that a junction has traffic lights instead of signs.</summary>
    public double SignalShare { get; init; } = 0.65;

    /// <summary>Probability that a broken-down vehicle or a queue stands ahead of ego.</summary>
    public double JamProbability { get; init; } = 0.2;

    /// <summary>Probability of a short work zone ahead of ego where there is no jam.</summary>
    public double WorkZoneProbability { get; init; } = 0.12;

    /// <summary>The light of every scene; null to draw it.</summary>
    public TimeOfDay? TimeOfDay { get; init; }

    /// <summary>The weather of every scene; null to draw it.</summary>
    public Weather? Weather { get; init; }

    /// <summary>Checks all settings.</summary>
    /// <exception cref="InputException">Some cannot be: all of them are named.</exception>
    public void Check()
    {
        List<Problem> problems = [];
        Expect(FewestLanes is >= 1 and <= 3, nameof(FewestLanes), FewestLanes, "1 to 3 lanes per direction");
        Expect(MostLanes >= FewestLanes && MostLanes <= 3, nameof(MostLanes), MostLanes, "FewestLanes to 3 lanes per direction");
        Expect(VehiclesPerKilometre >= 0, nameof(VehiclesPerKilometre), VehiclesPerKilometre, "a density that is not negative");
        Expect(!(VehiclesPerKilometre > MostVehiclesPerKilometre), nameof(VehiclesPerKilometre), VehiclesPerKilometre,
            string.Create(CultureInfo.InvariantCulture, $"at most {MostVehiclesPerKilometre}, which is what a lane holds without overlap"));
        Expect(Pedestrians is >= 0 and <= MostPedestrians, nameof(Pedestrians), Pedestrians,
            string.Create(CultureInfo.InvariantCulture, $"0 to {MostPedestrians}, which is what the sidewalks hold"));
        (string Name, double Share)[] shares =
        [
            (nameof(StraightShare), StraightShare), (nameof(CurveShare), CurveShare), (nameof(CrossroadsShare), CrossroadsShare), (nameof(TeeShare), TeeShare),
        ];
        foreach ((string name, double share) in shares)
        {
            Expect(share >= 0 && double.IsFinite(share), name, share, "a finite share that is not negative");
        }

        if (Array.TrueForAll(shares, share => share.Share == 0))
        {
            problems.Add(new Problem(nameof(StraightShare), "all shares of kinds of road are 0; at least one must be positive: set one."));
        }

        if (Difficulty == Difficulty.Road && StraightShare == 0 && CurveShare == 0)
        {
            problems.Add(new Problem(nameof(Difficulty), "found Road without straight roads and bends; expected a positive StraightShare or CurveShare: set one."));
        }

        Expect(Enum.IsDefined(Difficulty), nameof(Difficulty), (double)Difficulty, "Lesson, Road or Town");
        Expect(SignalShare is >= 0 and <= 1, nameof(SignalShare), SignalShare, "a probability from 0 to 1");
        Expect(JamProbability is >= 0 and <= 1, nameof(JamProbability), JamProbability, "a probability from 0 to 1");
        Expect(WorkZoneProbability is >= 0 and <= 1, nameof(WorkZoneProbability), WorkZoneProbability, "a probability from 0 to 1");
        Expect(TimeOfDay is not { } light || Enum.IsDefined(light), nameof(TimeOfDay), (double)(TimeOfDay ?? 0), "a time of day, or none to draw it");
        Expect(Weather is not { } weather || Enum.IsDefined(weather), nameof(Weather), (double)(Weather ?? 0), "a weather, or none to draw it");
        if (problems.Count > 0)
        {
            throw new InputException(problems);
        }

        void Expect(bool holds, string name, double found, string expected)
        {
            if (!holds)
            {
                problems.Add(new Problem(name, string.Create(CultureInfo.InvariantCulture, $"found {found}; expected {expected}: change {name}.")));
            }
        }
    }
}
