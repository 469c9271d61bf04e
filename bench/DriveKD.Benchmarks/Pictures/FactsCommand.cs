using System.CommandLine;
using System.Diagnostics;
using DriveKD.World.Actors;
using DriveKD.World.Futures;
using DriveKD.World.Scenes;

namespace DriveKD.Benchmarks.Pictures;

/// <summary>What lessons of the driving world hold, how far their answers follow from what is seen, and how many have their facts found per second.</summary>
internal static class FactsCommand
{
    public static Command Create()
    {
        Option<int> scenes = new("--scenes") { Description = "How many scenes.", DefaultValueFactory = _ => 3000 };
        Option<Difficulty> level = new("--level") { Description = "Lesson, Road or Town.", DefaultValueFactory = _ => Difficulty.Lesson };
        Command command = new("facts", "What scenes of the driving world hold, and how far the picture tells what follows.") { scenes, level };
        command.SetAction(parsed => Run(parsed.GetValue(scenes), parsed.GetValue(level)));
        return command;
    }

    /// <summary>Measures.</summary>
    public static void Run(int scenes, Difficulty level)
    {
        WorldSettings settings = new() { Difficulty = level };
        FactFinder finder = new();
        for (ulong seed = 0; seed < 100; seed++)
        {
            finder.Find(seed, DrivingWorld.Create(seed, settings));
        }

        long start = Stopwatch.GetTimestamp();
        List<SceneFacts> all = [];
        for (ulong seed = 1000; seed < 1000 + (ulong)scenes; seed++)
        {
            if (finder.Find(seed, DrivingWorld.Create(seed, settings)) is { } facts)
            {
                all.Add(facts);
            }
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Report.Line($"{level}: {scenes} scenes from seed 1000, {all.Count} with facts, {scenes / seconds:F0} scenes with facts per second, one thread");
        Count("best", all.Select(facts => $"{facts.Best}"));
        Count("best, slow", all.Where(facts => !facts.IsFast).Select(facts => $"{facts.Best}"));
        Count("best, fast", all.Where(facts => facts.IsFast).Select(facts => $"{facts.Best}"));
        Count("reason", all.Select(facts => $"{facts.Reason}"));
        Count("light", all.Select(facts => $"{facts.Light}"));
        Count("crossing", all.Select(facts => $"{facts.HasCrossing}"));
        Count("complete", all.Select(facts => $"{facts.IsComplete}"));
        Count("objects", all.Select(facts => $"{facts.Objects.Count:D2}"));
        Count("vehicles", all.Select(facts => $"{facts.Objects.Count(one => one.Actor.Kind != ActorKind.Pedestrian):D2}"));
        SceneObject[] objects = [.. all.SelectMany(facts => facts.Objects)];
        Count("kind", objects.Select(one => $"{one.Actor.Kind}"));
        Count("motion", objects.Select(one => $"{one.Motion}"));
        Count("next", objects.Select(one => $"{one.Next}"));
        foreach (Motion motion in Enum.GetValues<Motion>())
        {
            Count($"  {motion}", objects.Where(one => one.Motion == motion).Select(one => $"{one.Next}"));
        }

        foreach (EgoManeuver maneuver in Enum.GetValues<EgoManeuver>())
        {
            Count($"  {maneuver}", all.Select(facts => $"{facts.Futures[(int)maneuver].Fault}"));
        }

        Count("critical", all.Select(facts => facts.Critical is { } one ? $"{one.Side}{one.Band}" : "none"));
        Count("yields", all.SelectMany(facts => facts.Pairs).Select(pair => $"{(pair.IsClose ? "close " : "far ")}{pair.Yields}"));
        Tell(all);
    }

    private static void Count(string name, IEnumerable<string> values)
    {
        string[] all = [.. values];
        string text = string.Join(", ", all.GroupBy(value => value).OrderByDescending(group => group.Count()).Select(group =>
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{group.Key} {(double)group.Count() / all.Length:F3}")));
        Report.Line($"{name,-14} ({all.Length}) {text}");
    }

    private static void Tell(List<SceneFacts> all)
    {
        (FactTable next, FactTable best, FactTable critical, FactTable yields) = (new(), new(), new(), new());
        for (int i = 0; i < all.Count; i++)
        {
            SceneFacts facts = all[i];
            bool isLearned = i < all.Count / 2;
            string scene = $"{facts.Light} {facts.HasCrossing} {facts.IsFast} {People(facts)}";
            foreach (SceneObject one in facts.Objects)
            {
                string own = $"{one.Motion} {one.Band} {(one.Actor.Kind == ActorKind.Pedestrian ? $"{one.Side is LaneSide.LeftRoadside or LaneSide.RightRoadside}" : "")}";
                int turn = one.Motion == Motion.SignalsLeft ? -1 : one.Motion == Motion.SignalsRight ? 1 : 0;
                int lane = (int)one.Side + turn;
                string beside = turn == 0 ? "" : $"{Place(facts, lane, (int)one.Band)} {Place(facts, lane, (int)one.Band + 1)}";
                string ahead = one.Actor.Kind == ActorKind.Pedestrian ? ""
                    : $"{Place(facts, (int)one.Side, (int)one.Band + 1)} {Place(facts, (int)one.Side, (int)one.Band + 2)}";
                next.Add(isLearned, $"{one.Next}", $"{own} {scene} {ahead} {beside}", $"{own} {scene} {beside}", $"{own} {facts.Light} {facts.IsFast}", own);
            }

            string merges = $"{Merges(facts, 0)} {Merges(facts, 1)}";
            string free = $"{IsFree(facts, 0, facts.LeftLineIsDashed)} {IsFree(facts, 2, facts.RightLineIsDashed)}";
            string pace = $"{facts.IsFast} {(facts.Light == LightView.Red || People(facts) == "crosses" ? "held" : People(facts))}";
            string coarse = $"{pace} {Ahead(facts)} {merges}";
            string full = $"{coarse} {free}";
            best.Add(isLearned, $"{facts.Best}", full, coarse, $"{pace} {Place(facts, 1, 0)}", pace);
            string who = facts.Critical is { } it ? $"{it.Actor.Kind is ActorKind.Pedestrian} {it.Side} {it.Band}" : "none";
            string people = string.Join(' ', facts.Objects.Where(one => one.Actor.Kind == ActorKind.Pedestrian && one.Band == DistanceBand.Middle)
                .Select(one => $"{one.Side}{one.Motion}"));
            string kinds = $"{coarse} {Place(facts, 1, 2)} {Place(facts, 0, 0)} {Place(facts, 2, 0)} {people}";
            critical.Add(isLearned, who, kinds, $"{coarse} {Place(facts, 1, 2)}", coarse, $"{pace} {Place(facts, 1, 0)}", pace);
            foreach (YieldPair pair in facts.Pairs.Where(pair => pair.IsClose))
            {
                SceneObject actor = facts.Objects.First(one => one.Actor.Id == pair.ActorId);
                SceneObject other = facts.Objects.First(one => one.Actor.Id == pair.OtherId);
                string places = $"{actor.Motion} {other.Motion} {(int)other.Side - (int)actor.Side} {(int)other.Band - (int)actor.Band}";
                string held = actor.Band == DistanceBand.Near ? scene : $"{facts.IsFast}";
                yields.Add(isLearned, $"{pair.Yields}", $"{places} {held} {actor.Band}", places, "");
            }
        }

        next.Show("next");
        best.Show("best");
        critical.Show("critical");
        yields.Show("yields");
    }

    private static string Place(SceneFacts facts, int lane, int band) =>
        facts.Objects.FirstOrDefault(one => (int)one.Side == lane && (int)one.Band == band && one.Actor.Kind != ActorKind.Pedestrian) is { } found ? $"{found.Motion}" : "-";

    // The next vehicle in ego's lane, and whether it has to stop.
    private static string Ahead(SceneFacts facts)
    {
        int band = Enumerable.Range(0, 3).FirstOrDefault(band => Place(facts, 1, band) != "-", 3);
        string further = Enumerable.Range(band + 1, 3).Select(band => Place(facts, 1, band)).FirstOrDefault(place => place != "-", "-");
        return $"{band} {Place(facts, 1, band)} {(further is "Stopped" or "Braking" ? further : "")}";
    }

    private static string People(SceneFacts facts)
    {
        SceneObject[] people = [.. facts.Objects.Where(one => one.Actor.Kind == ActorKind.Pedestrian)];
        bool waits = facts.HasCrossing && facts.Light == LightView.None && people.Any(one => one.Motion == Motion.Standing);
        return people.Any(one => one.Side is not (LaneSide.LeftRoadside or LaneSide.RightRoadside)) ? "crosses" : waits ? "waits" : "none";
    }

    private static bool Merges(SceneFacts facts, int band) =>
        Place(facts, 1, band) == "-" && (Place(facts, 0, band) == $"{Motion.SignalsRight}" || Place(facts, 2, band) == $"{Motion.SignalsLeft}");

    private static string IsFree(SceneFacts facts, int lane, bool? isDashed) => isDashed != true ? "solid" : $"{Coarse(facts, lane, 0)}{Coarse(facts, lane, 1)}";

    private static char Coarse(SceneFacts facts, int lane, int band) => Place(facts, lane, band) switch { "-" => '-', "Stopped" or "Braking" => 's', _ => 'd' };
}
