namespace DriveKD.World.Dynamics;

/// <summary>The intelligent driver model (Treiber, Hennecke and Helbing 2000): how hard to accelerate or brake behind a leader.</summary>
public static class IntelligentDriver
{
    private const double Comfort = 1.8;
    private const double Braking = 2.5;

    /// <summary>Metres to a leader that stands.</summary>
    public const double StandingGap = 2;

    /// <summary>Seconds behind a leader.</summary>
    public const double Headway = 1.2;

    /// <summary>The acceleration in metres per second squared.</summary>
    /// <param name="speed">Metres per second.</param>
    /// <param name="desired">The speed on a free road, not negative; 0 to stand.</param>
    /// <param name="gap">Metres from the own front to the leader's back; infinite without a leader.</param>
    /// <param name="leaderSpeed">Metres per second.</param>
    /// <param name="headway">Seconds behind a leader.</param>
    /// <param name="standingGap">Metres to a leader that stands.</param>
    public static double Acceleration(double speed, double desired, double gap, double leaderSpeed, double headway = Headway, double standingGap = StandingGap)
    {
        double share = desired > 0 ? speed / desired : 2;
        double free = share <= 1 ? Comfort * (1 - (share * share * share * share)) : -Math.Min(Comfort * (share - 1) * 4, Braking);
        if (double.IsPositiveInfinity(gap))
        {
            return free;
        }

        double wanted = standingGap + Math.Max(0, (speed * headway) + (speed * (speed - leaderSpeed) / (2 * Math.Sqrt(Comfort * Braking))));
        double ratio = wanted / Math.Max(gap, 0.1);
        return Math.Max(Math.Min(free, Comfort * (1 - (share <= 1 ? share * share * share * share : 0) - (ratio * ratio))), -9);
    }
}
