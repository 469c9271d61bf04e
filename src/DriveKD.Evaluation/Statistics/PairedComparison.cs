namespace DriveKD.Evaluation.Statistics;

/// <summary>Two models on the same questions. Differences are second - first.</summary>
public sealed record PairedComparison
{
    /// <summary>Questions that both scored: all that is compared.</summary>
    public required int N { get; init; }

    /// <summary>Questions that only the first scored, left out.</summary>
    public required int OnlyFirst { get; init; }

    /// <summary>Questions that only the second scored, left out.</summary>
    public required int OnlySecond { get; init; }

    /// <summary>The first's mean over the shared questions; null without any.</summary>
    public double? FirstMean { get; init; }

    /// <summary>The second's mean over the shared questions; null without any.</summary>
    public double? SecondMean { get; init; }

    /// <summary>The mean difference and its interval, by bootstrap over scenes.</summary>
    public required BootstrapResult Difference { get; init; }

    /// <summary>McNemar's exact p where every score is right or wrong; else null. It takes the questions for independent.</summary>
    public double? McNemarP { get; init; }

    /// <summary>Where every score is right or wrong: questions that only the first got right.</summary>
    public int? OnlyFirstRight { get; init; }

    /// <summary>Where every score is right or wrong: questions that only the second got right.</summary>
    public int? OnlySecondRight { get; init; }

    /// <summary>The sign-flip test of whole scenes' summed differences; it holds where questions of one scene depend on each other. Null without questions.</summary>
    public PermutationTest? Permutation { get; init; }

    /// <summary>The p value to report: McNemar's for right and wrong, else the permutation's; null without shared questions.</summary>
    public double? P => McNemarP ?? Permutation?.P;

    /// <summary>The name of the test that <see cref="P"/> is of; null without shared questions.</summary>
    public string? Test =>
        McNemarP is not null ? "exact McNemar"
        : Permutation is null ? null
        : Permutation.IsExact ? "exact sign-flip permutation of scenes"
        : FormattableString.Invariant($"sign-flip permutation of scenes, {Permutation.Resamples:N0} resamples");

    /// <summary>What was compared, in words: how many questions, and how many only one of the two had.</summary>
    public string Scope =>
        FormattableString.Invariant($"{N:N0} questions of {Difference.Clusters:N0} scenes")
        + (OnlyFirst + OnlySecond == 0 ? string.Empty : FormattableString.Invariant($"; left out: {OnlyFirst:N0} only in the first, {OnlySecond:N0} only in the second"));

    /// <summary>Compares two models.</summary>
    /// <param name="first">The one's scores. An id stands once.</param>
    /// <param name="second">The other's, in any order.</param>
    /// <param name="options">Seed, resamples and confidence; null for the defaults.</param>
    /// <exception cref="ArgumentException">An id stands twice in one list, the two put one question into different clusters, or a score is not finite.</exception>
    public static PairedComparison Of(IReadOnlyList<ScoredQuestion> first, IReadOnlyList<ScoredQuestion> second, BootstrapOptions? options = null)
    {
        options ??= new BootstrapOptions();
        Dictionary<string, ScoredQuestion> before = ById(first, nameof(first));
        Dictionary<string, ScoredQuestion> after = ById(second, nameof(second));

        // By id: the result does not depend on the order of either list.
        (ScoredQuestion First, ScoredQuestion Second)[] pairs =
        [
            .. before.Values.Where(question => after.ContainsKey(question.Id))
                .OrderBy(question => question.Id, StringComparer.Ordinal)
                .Select(question => (question, after[question.Id])),
        ];
        foreach ((ScoredQuestion one, ScoredQuestion other) in pairs)
        {
            if (one.Cluster != other.Cluster)
            {
                throw new ArgumentException($"Question {one.Id} is in cluster {one.Cluster} and in {other.Cluster}.", nameof(second));
            }
        }

        double[] differences = [.. pairs.Select(pair => pair.Second.Score - pair.First.Score)];
        string[] clusters = [.. pairs.Select(pair => pair.First.Cluster)];
        PairedComparison comparison = new()
        {
            N = pairs.Length,
            OnlyFirst = before.Count - pairs.Length,
            OnlySecond = after.Count - pairs.Length,
            Difference = ClusterBootstrap.Mean(differences, clusters, options),
        };
        if (pairs.Length == 0)
        {
            return comparison;
        }

        bool isBinary = pairs.All(pair => pair.First.Score is 0 or 1 && pair.Second.Score is 0 or 1);
        int onlyFirst = differences.Count(difference => difference < 0);
        int onlySecond = differences.Count(difference => difference > 0);
        double[] scenes =
        [
            .. differences.Zip(clusters, (difference, cluster) => (Difference: difference, Cluster: cluster))
                .GroupBy(pair => pair.Cluster, StringComparer.Ordinal)
                .Select(group => group.Sum(pair => pair.Difference)),
        ];
        return comparison with
        {
            FirstMean = pairs.Average(pair => pair.First.Score),
            SecondMean = pairs.Average(pair => pair.Second.Score),
            McNemarP = isBinary ? McNemarTest.P(onlyFirst, onlySecond) : null,
            OnlyFirstRight = isBinary ? onlyFirst : null,
            OnlySecondRight = isBinary ? onlySecond : null,
            Permutation = SignFlipTest.Of(scenes, options.Seed),
        };
    }

    private static Dictionary<string, ScoredQuestion> ById(IReadOnlyList<ScoredQuestion> questions, string name)
    {
        Require.Finite([.. questions.Select(question => question.Score)], name);
        Dictionary<string, ScoredQuestion> byId = new(StringComparer.Ordinal);
        foreach (ScoredQuestion question in questions)
        {
            if (!byId.TryAdd(question.Id, question))
            {
                throw new ArgumentException($"Question {question.Id} stands twice; each once is expected.", name);
            }
        }

        return byId;
    }
}
