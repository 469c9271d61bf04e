using DriveKD.Models.Families;
using DriveKD.Models.Layers;

namespace DriveKD.Distillation.Benchmarking;

/// <summary>
/// Floating-point operations in matrix products that one sample of the published method needs: nothing that no loss reads, nothing twice, only
/// pairs that causality leaves. A backward pass through a layer takes twice its forward pass. Frozen tower and projector, language model trained,
/// one set of teacher weights.
/// </summary>
/// <remarks>
/// Letters: T tokens, S supervised, C channels, H D query channels, K D key channels, I channels inside the MLP, V vocabulary; a product of
/// [m, k] and [k, n] counts 2 m k n.
/// </remarks>
public sealed record MethodFlops
{
    /// <summary>Student's and teacher's towers and projectors, once per picture.</summary>
    public required double Towers { get; init; }

    /// <summary>The teacher up to the last map that a signal reads.</summary>
    public required double Teacher { get; init; }

    /// <summary>The student forward, maps and the answer's logits included.</summary>
    public required double Student { get; init; }

    /// <summary>The backward passes of supervision, perception, reasoning and planning.</summary>
    public required double Backward { get; init; }

    /// <summary>First pass over a sample.</summary>
    public double Cold => Towers + WarmFeatures;

    /// <summary>Later passes with the towers' features kept.</summary>
    public double WarmFeatures => Teacher + WarmTargets;

    /// <summary>Later passes with the teachers' targets kept.</summary>
    public double WarmTargets => Student + Backward;

    /// <summary>Counts a shape.</summary>
    /// <param name="shape">Models and samples.</param>
    public static MethodFlops Of(BenchShape shape)
    {
        (LanguageModelConfig student, LanguageModelConfig teacher) = (shape.Student.Language, shape.Teacher.Language);
        double tokens = shape.Tokens;
        // Signals read the maps of all layers but the last; the deepest of them ends a signal's backward pass.
        int read = student.Layers - 1;
        double deep = ((read - 1) * Layer(student, tokens)) + MapEnd(student, tokens);
        double maps = read * Map(student, tokens);
        double head = 2.0 * shape.AnswerTokens * student.HiddenSize * student.VocabularySize;
        double whole = (student.Layers * Layer(student, tokens)) + head;
        return new MethodFlops
        {
            Towers = shape.Pictures * (Tower(shape.Student) + Tower(shape.Teacher)),
            Teacher = ((teacher.Layers - 2) * Layer(teacher, tokens)) + MapEnd(teacher, tokens) + ((teacher.Layers - 1) * Map(teacher, tokens)),
            Student = whole + maps,
            Backward = (2 * whole) + (2 * (MapEnd(student, tokens) + Map(student, tokens))) + (2 * (deep + maps)) + (2 * (deep + Map(student, tokens))),
        };
    }

    /// <summary>A decoder layer forward: T (4 C H D + 4 C K D + 6 C I) and the causal half of 4 T^2 H D.</summary>
    private static double Layer(LanguageModelConfig language, double tokens) =>
        (tokens * 2 * ((2.0 * language.HiddenSize * Queries(language)) + (2.0 * language.HiddenSize * Keys(language)) + (3.0 * language.HiddenSize * language.IntermediateSize)))
        + (2 * tokens * tokens * Queries(language));

    /// <summary>Queries and keys of the layer whose map is the end of the way.</summary>
    private static double MapEnd(LanguageModelConfig language, double tokens) =>
        tokens * 2 * language.HiddenSize * (Queries(language) + Keys(language));

    /// <summary>The causal half of a map beside the fused context: T^2 H D.</summary>
    private static double Map(LanguageModelConfig language, double tokens) => tokens * tokens * Queries(language);

    /// <summary>A picture's tower and projector forward.</summary>
    private static double Tower(ModelConfig config)
    {
        TowerShape tower = config.Tower;
        double tokens = config.UsualPicture.Tokens;
        double patches = tower.PatchesOf(tokens);
        double width = tower.Width;
        double matrices = tower.Layers * patches * 2 * ((4 * width * width) + (tower.MlpMatrices * width * tower.Intermediate));
        double attention = 4 * patches * width * ((tower.WholeBlocks * patches) + ((tower.Layers - tower.WholeBlocks) * (double)tower.WindowPatches));
        double projector = tokens * 2.0 * config.Language.HiddenSize * (config.ProjectorInputs + config.Language.HiddenSize);
        return matrices + attention + (patches * 2 * tower.ValuesPerPatch * width) + projector;
    }

    private static double Queries(LanguageModelConfig language) => (double)language.Heads * language.HeadSize;

    private static double Keys(LanguageModelConfig language) => (double)language.KeyValueHeads * language.HeadSize;
}
