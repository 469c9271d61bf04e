namespace DriveKD.Analysis.Study;

/// <summary>
/// Bands of estimates that are no means over samples, by leaving out one group of samples at a time. With groups of m_g among n samples, h_g = n / m_g,
/// theta the estimate, theta_g the one without group g: pseudo-values p_g = h_g theta - (h_g - 1) theta_g, their centre
/// J = G theta - sum_g (1 - m_g / n) theta_g, variance 1 / G sum_g (p_g - J)^2 / (h_g - 1). Groups of one size make it the usual jackknife.
/// </summary>
internal static class GroupJackknife
{
    /// <summary>Half the width of the band around the estimate.</summary>
    /// <param name="estimate">Over all samples.</param>
    /// <param name="groups">The estimate without each group, and the group's samples, at least 1; groups without samples are no groups.</param>
    /// <param name="quantile">Student's t by degrees of freedom: one less than groups.</param>
    /// <returns>Null below two groups, or where too few samples are left without one.</returns>
    public static double? HalfWidth(double estimate, IReadOnlyList<(double Without, int Count)> groups, Func<int, double> quantile)
    {
        if (groups.Count < 2 || groups.Any(group => !double.IsFinite(group.Without)))
        {
            return null;
        }

        double samples = groups.Sum(group => group.Count);
        double centre = (groups.Count * estimate) - groups.Sum(group => (1 - (group.Count / samples)) * group.Without);
        double variance = 0;
        foreach ((double without, int count) in groups)
        {
            double weight = samples / count;
            double distance = (weight * estimate) - ((weight - 1) * without) - centre;
            variance += distance * distance / (weight - 1);
        }

        return quantile(groups.Count - 1) * Math.Sqrt(variance / groups.Count);
    }
}
