using DriveKD.World.Actors;
using DriveKD.World.Geometry;
using DriveKD.World.Roads;
using DriveKD.World.Scenes;

namespace DriveKD.World.Dynamics;

/// <summary>How people on foot move: along their way, and over a crossing once they may and the vehicles let them.</summary>
internal static class PedestrianModel
{
    // Nobody steps onto the road at once.
    private const double ShortestWait = 0.8;

    /// <summary>Moves somebody by one step.</summary>
    public static void Step(Simulation world, Agent walker)
    {
        walker.Acceleration = 0;
        if (walker.NextWaypoint >= walker.Waypoints.Length)
        {
            (walker.Speed, walker.Intent) = (0, Intent.Stay);
            return;
        }

        Vector way = walker.Waypoints[walker.NextWaypoint] - walker.Pose.Position;
        double distance = way.Length;
        if (walker.WaitsToCross)
        {
            Face(walker, way);
            (walker.Speed, walker.Intent) = (0, Intent.Wait);
            walker.WaitedSeconds += DrivingWorld.StepSeconds;
            if (walker.WaitedSeconds > ShortestWait && MayCross(world, walker, distance / walker.MaxSpeed))
            {
                walker.WaitedSeconds = -1;
                walker.Intent = Intent.Cross;
            }

            return;
        }

        double step = walker.MaxSpeed * DrivingWorld.StepSeconds;
        Face(walker, way);
        if (!walker.IsCrossing && IsBlocked(world, walker))
        {
            walker.Speed = 0;
            return;
        }

        walker.Speed = walker.MaxSpeed;
        bool nearsKerb = walker.Crossing >= 0 && walker.NextWaypoint == walker.KerbWaypoint && distance < 5;
        walker.Intent = walker.IsCrossing || nearsKerb ? Intent.Cross : Intent.KeepOn;
        if (distance <= step)
        {
            walker.Pose = walker.Pose with { Position = walker.Waypoints[walker.NextWaypoint] };
            walker.NextWaypoint++;
        }
        else
        {
            walker.Pose = walker.Pose with { Position = walker.Pose.Position + (walker.Direction * step) };
        }
    }

    // On the sidewalk the later drawn lets the other go first; on the road nobody stops.
    private static bool IsBlocked(Simulation world, Agent walker)
    {
        foreach (Agent other in world.Agents)
        {
            if (other.Kind == ActorKind.Pedestrian && other.Id < walker.Id)
            {
                Vector between = other.Pose.Position - walker.Pose.Position;
                if (between.Dot(between) < 0.95 * 0.95 && between.Dot(walker.Direction) > 0)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static void Face(Agent walker, Vector way)
    {
        if (way.Length > 1e-3)
        {
            double heading = PortableTrigonometry.Atan2(way.Y, way.X);
            (walker.Pose, walker.Direction) = (walker.Pose with { Heading = heading }, way.Unit);
        }
    }

    private static bool MayCross(Simulation world, Agent walker, double seconds)
    {
        Crossing crossing = world.Network.Map.Crossings[walker.Crossing];
        if (crossing.Signal is { } signal && world.Program.RemainingRed(world.Time, world.Network.Map.Signals[signal].Group) < seconds + 1)
        {
            return false;
        }

        foreach (Agent vehicle in world.Agents)
        {
            if (vehicle.IsVehicle && vehicle.IsOnLane && Threatens(world.Network, vehicle, crossing, seconds))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Threatens(RoadNetwork network, Agent vehicle, Crossing crossing, double seconds)
    {
        // Its rear may still be on the lane before.
        int first = Math.Max(vehicle.RouteIndex - 1, 0);
        double before = -vehicle.Along - (0.5 * vehicle.Length) - (first < vehicle.RouteIndex ? network.Geometry[vehicle.Route[first]].Length : 0);
        for (int i = first; i < vehicle.Route.Length && before < 60; i++)
        {
            foreach (LanePosition place in crossing.Lanes)
            {
                if (place.Lane != vehicle.Route[i])
                {
                    continue;
                }

                double distance = before + place.Along - (0.5 * crossing.Width);
                bool isOn = distance < 0.3 && distance > -crossing.Width - vehicle.Length;
                bool comes = distance >= 0.3 && vehicle.Speed > 0.3
                    && vehicle.Speed * vehicle.Speed > 2 * 2.4 * Math.Max(distance - 1.5, 0.05) && distance < vehicle.Speed * (seconds + 2);
                if (isOn || comes)
                {
                    return true;
                }
            }

            before += network.Geometry[vehicle.Route[i]].Length;
        }

        return false;
    }
}
