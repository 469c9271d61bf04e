namespace DriveKD.Cli.Commands.Worlds.Building;

/// <summary>How long the rest of a build takes: the steps as they would begin and end if each took as long as is expected.</summary>
internal static class BuildEstimate
{
    /// <summary>Seconds until the last step ends.</summary>
    /// <param name="steps">All steps.</param>
    /// <param name="running">Seconds that the running ones still take.</param>
    /// <param name="waiting">Seconds that the waiting ones take; a step in neither is finished.</param>
    /// <param name="workers">Steps at a time.</param>
    public static double Rest(
        IReadOnlyList<BuildStep> steps, IReadOnlyDictionary<string, double> running, IReadOnlyDictionary<string, double> waiting, int workers)
    {
        HashSet<string> done = [.. steps.Select(step => step.Name).Where(name => !running.ContainsKey(name) && !waiting.ContainsKey(name))];
        List<BuildStep> left = [.. steps.Where(step => waiting.ContainsKey(step.Name))];
        Dictionary<string, double> ends = running.ToDictionary();
        double now = 0;
        while (true)
        {
            while (ends.Count < workers && left.Find(step => step.After.All(done.Contains)) is BuildStep next)
            {
                left.Remove(next);
                ends.Add(next.Name, now + waiting[next.Name]);
            }

            if (ends.Count == 0)
            {
                return now;
            }

            (string name, double end) = ends.MinBy(entry => entry.Value);
            ends.Remove(name);
            done.Add(name);
            now = Math.Max(now, end);
        }
    }
}
