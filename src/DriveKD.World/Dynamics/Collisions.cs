using DriveKD.World.Actors;
using DriveKD.World.Geometry;

namespace DriveKD.World.Dynamics;

/// <summary>Whether actors touch: their footprints are rectangles that look where they look.</summary>
public static class Collisions
{
    /// <summary>Whether two footprints overlap (separating axes; touching counts).</summary>
    /// <param name="a">One.</param>
    /// <param name="b">The other.</param>
    /// <param name="margin">Metres by which both together may be apart and still count.</param>
    public static bool Overlap(ActorState a, ActorState b, double margin = 0)
    {
        Vector between = b.Pose.Position - a.Pose.Position;
        double reach = 0.5 * (a.Length + a.Width + b.Length + b.Width) + margin;
        if (Math.Abs(between.X) > reach || Math.Abs(between.Y) > reach)
        {
            return false;
        }

        (Vector ahead, Vector other) = (a.Pose.Direction, b.Pose.Direction);
        return Meets(ahead) && Meets(ahead.Left) && Meets(other) && Meets(other.Left);

        bool Meets(Vector axis) => Math.Abs(between.Dot(axis)) <= Half(a, ahead, axis) + Half(b, other, axis) + margin;
    }

    private static double Half(ActorState actor, Vector ahead, Vector axis) =>
        0.5 * ((actor.Length * Math.Abs(ahead.Dot(axis))) + (actor.Width * Math.Abs(ahead.Cross(axis))));
}
