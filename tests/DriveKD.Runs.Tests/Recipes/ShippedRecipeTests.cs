using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;

namespace DriveKD.Runs.Tests.Recipes;

public sealed class ShippedRecipeTests
{
    private static readonly string _folder = Path.Combine(TestPaths.Repository, "recipes");

    private static readonly string[] _all =
        [.. Directory.GetFiles(_folder, "*.yaml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_folder, file).Replace('\\', '/'))];

    private static readonly string[] _evaluations = [.. _all.Where(file => Command(file) == "evaluate")];

    private static readonly string[] _worlds = [.. _all.Where(file => Command(file) == "world")];

    private static readonly string[] _preStudies = [.. _all.Where(file => Command(file) == "prestudy")];

    private static readonly string[] _comparisons = [.. _all.Where(file => Command(file) == "compare")];

    /// <summary>The recipes of trainings on questions.</summary>
    private static readonly string[] _files = [.. _all.Except(_evaluations).Except(_worlds).Except(_comparisons).Except(_preStudies)];

    /// <summary>The keys that make a recipe what its name says.</summary>
    private static readonly Dictionary<string, string[]> _decisive = new()
    {
        ["distill/drivelm-demo.yaml"] = ["weighting.kind=static", "distillation.weights={supervision: 1, perception: 5000, reasoning: 5000, planning: 5000}"],
        ["distill/tiny-agp.yaml"] = ["gradients.method=agp", "gradients.per=sample", "weighting.kind=ratio", "validation.metric=loss", "validation.patience=2"],
        ["distill/paper-default.yaml"] =
        [
            "precision=bfloat16", "distillation.mixing.perception={perception: 0.8, reasoning: 0.1, planning: 0.1}",
            "distillation.mixing.reasoning={perception: 0.1, reasoning: 0.8, planning: 0.1}",
            "distillation.mixing.planning={perception: 0.1, reasoning: 0.1, planning: 0.8}", "distillation.weights=null", "distillation.signals=null",
            "gradients=null", "weighting=null", "train.learning_rate=5e-5", "train.accumulation=4", "train.trainable=language", "compat=none",
        ],
        ["distill/released.yaml"] =
        [
            "compat=released", "precision=bfloat16-pure", "train.trainable=all", "gradients.method=agp", "weighting.kind=online", "distillation=null",
            "train.learning_rate=5e-5", "train.schedule=constant",
        ],
        ["distill/single-perception.yaml"] = Single("perception"),
        ["distill/single-reasoning.yaml"] = Single("reasoning"),
        ["distill/single-planning.yaml"] = Single("planning"),
        ["distill/ratio-weighting.yaml"] = ["weighting={kind: ratio, ratio: 0.1}", "gradients.method=agp", "distillation=null"],
        ["distill/lora-one-gpu.yaml"] =
            ["train.lora={rank: 16, alpha: 32, targets: [q_proj, k_proj, v_proj, o_proj]}", "train.trainable=null", "precision=bfloat16", "gradients.method=agp"],
        ["distill/ablations/ce-only.yaml"] = ["distillation.weights={supervision: 1, perception: 0, reasoning: 0, planning: 0}", "models.teachers=null"],
        ["distill/ablations/ce-kl.yaml"] = Signals("kind=logits"),
        ["distill/ablations/ce-hidden.yaml"] = [.. Signals("kind=hidden-states"), .. PublishedLayers],
        ["distill/ablations/cosine.yaml"] = [.. Signals("distance=cosine"), .. PublishedLayers],
        ["distill/ablations/full-map-layer-1.yaml"] = ["distillation.signals.perception={map: full, student_layers: [1, 1], teacher_layers: [1, 1]}"],
        ["distill/ablations/text-to-vision-intermediate.yaml"] =
            ["distillation.signals.reasoning={map: text-to-vision, student_layers: [1, -2], teacher_layers: [1, -2]}"],
        ["distill/ablations/text-to-vision-inner.yaml"] =
            ["distillation.signals.reasoning={map: text-to-vision, student_layers: [2, -3], teacher_layers: [2, -3]}"],
        ["distill/ablations/full-map-penultimate.yaml"] = ["distillation.signals.planning={map: full, student_layers: [-2, -2], teacher_layers: [-2, -2]}"],
        ["distill/ablations/no-projection.yaml"] = ["gradients.method=sum"],
        ["distill/ablations/sum-per-capability.yaml"] = ["gradients.method=sum-per-capability"],
        ["distill/ablations/g1.yaml"] = ["gradients.method=g1"],
        ["distill/ablations/g2.yaml"] = ["gradients.method=g2"],
        ["distill/gradients/pcgrad.yaml"] = ["gradients={method: pcgrad, per: sample}"],
        ["distill/gradients/gradvac.yaml"] = ["gradients={method: gradvac, per: sample}"],
        ["distill/gradients/cagrad.yaml"] = ["gradients={method: cagrad, per: sample}"],
        ["distill/gradients/mgda.yaml"] = ["gradients={method: mgda, per: sample}", "weighting={kind: ratio, ratio: 1}", .. Identity],
        ["distill/gradients/imtl-g.yaml"] = ["gradients={method: imtl-g, per: window}", "weighting={kind: ratio, ratio: 1}", .. Identity],
        ["distill/gradients/nash-mtl.yaml"] = ["gradients={method: nash-mtl, per: window}", "weighting.kind=static", .. Identity],
        ["distill/gradients/aligned-mtl.yaml"] = ["gradients={method: aligned-mtl, per: window}", "weighting={kind: ratio, ratio: 1}", .. Identity],
        ["distill/gradients/upgrad.yaml"] = ["gradients={method: upgrad, per: sample}"],
        ["distill/gradients/dualproj.yaml"] = ["gradients={method: dualproj, per: sample}"],
        ["distill/qwen/drivelm-demo.yaml"] =
            ["weighting.kind=static", "distillation.weights={supervision: 1, perception: 5000, reasoning: 5000, planning: 5000}", "data.max_pixels=50176"],
        ["distill/qwen/multi-teacher.yaml"] =
        [
            "precision=bfloat16", "gradients={method: agp, per: sample}", "weighting={kind: ratio, ratio: 0.1}", "data.max_pixels=200704",
            "train.trainable=language", "train.learning_rate=5e-5",
        ],
        ["distill/qwen/single-perception.yaml"] = [.. Single("perception"), "data.max_pixels=200704"],
        ["distill/qwen/single-reasoning.yaml"] = [.. Single("reasoning"), "data.max_pixels=200704"],
        ["distill/qwen/single-planning.yaml"] = [.. Single("planning"), "data.max_pixels=200704"],
        ["finetune/tiny-specialist.yaml"] = ["data.capabilities=planning", "validation.every=50"],
        ["finetune/teacher-perception.yaml"] = Teacher("perception"),
        ["finetune/teacher-reasoning.yaml"] = Teacher("reasoning"),
        ["finetune/teacher-planning.yaml"] = Teacher("planning"),
        ["world/quickstart.yaml"] = ["gradients={method: agp, per: window}", "weighting.kind=ratio", "train.batch_size=16"],
        ["world/study.yaml"] = ["gradients={method: sum, per: window}", "weighting={kind: ratio, ratio: 0.1}", "cache.folder=runs/world-study-kept", "train.batch_size=16", "log.measure_every=0", .. Identity],
        ["world/teacher-letters.yaml"] = Letters("teacher"),
        ["world/student-letters.yaml"] = Letters("student"),
        ["world/teacher-captions.yaml"] = World("teacher-captions", 3e-3),
        ["world/student-captions.yaml"] = World("student-captions", 3e-3),
        ["world/teacher-alignment.yaml"] = World("teacher-alignment", 2.5e-3),
        ["world/student-alignment.yaml"] = World("student-alignment", 2.5e-3),
        ["world/small-teacher.yaml"] = [.. World("teacher-joint", 2.5e-3)[1..], "output=runs/world-small-teacher"],
        ["world/teacher-joint.yaml"] = World("teacher-joint", 2.5e-3),
        ["world/teacher-perception.yaml"] = [.. World("perception", 1.5e-3), "data.capabilities=perception"],
        ["world/teacher-reasoning.yaml"] = [.. World("reasoning", 1.5e-3), "data.capabilities=reasoning"],
        ["world/teacher-planning.yaml"] = [.. World("planning", 1.5e-3), "data.capabilities=planning"],
    };

    private static IEnumerable<string> Capabilities => Enum.GetValues<Capability>().Select(capability => RecipeNames.OfEnum(capability));

    private static IEnumerable<string> Identity => Capabilities.Select(OwnTeacher);

    private static IEnumerable<string> PublishedLayers =>
        from signal in (IEnumerable<(string Name, string Layers)>)[("perception", "[1, 1]"), ("reasoning", "[1, -2]"), ("planning", "[-2, -2]")]
        from side in (string[])["student_layers", "teacher_layers"]
        select $"distillation.signals.{signal.Name}.{side}={signal.Layers}";

    /// <summary>An ablation, what it is to be compared with, the capability of that, and the keys that may differ.</summary>
    public static TheoryData<string, string, string?, string[]> Ablations
    {
        get
        {
            TheoryData<string, string, string?, string[]> rows = [];
            foreach (string capability in Capabilities)
            {
                string signal = $"distillation.signals.{capability}.";
                rows.Add("ablations/ce-kl", "single-" + capability, capability, [signal + "kind"]);
                rows.Add("ablations/ce-hidden", "single-" + capability, capability, [signal + "kind"]);
                rows.Add("ablations/cosine", "single-" + capability, capability, [signal + "distance"]);
            }

            rows.Add("ablations/full-map-layer-1", "single-perception", null, ["distillation.signals.perception.map"]);
            rows.Add("ablations/text-to-vision-intermediate", "single-reasoning", null, ["distillation.signals.reasoning.map"]);
            rows.Add("ablations/text-to-vision-inner", "ablations/text-to-vision-intermediate", null, ["distillation.signals.reasoning.student_layers", "distillation.signals.reasoning.teacher_layers"]);
            rows.Add("ablations/full-map-penultimate", "single-planning", null, ["distillation.signals.planning.map"]);
            foreach (string method in (string[])["ablations/no-projection", "ablations/sum-per-capability", "ablations/g1", "ablations/g2", "gradients/pcgrad", "gradients/gradvac", "gradients/cagrad", "gradients/upgrad", "gradients/dualproj"])
            {
                rows.Add(method, "ratio-weighting", null, ["gradients.method"]);
            }

            return rows;
        }
    }

    [Fact]
    public void Read_EveryShippedRecipe_IsCompleteAndOpensWithComments()
    {
        Assert.Equal(52, _files.Length);
        Assert.All(_files, file =>
        {
            Read(file);
            AssertOpensWithComments(file);
        });
    }

    [Fact]
    public void ReadEveryShippedRecipe_Outputs_AreAllDifferent()
    {
        string[] outputs = [.. _files.Select(file => Command(file) == "finetune" ? ReadAs<FinetuneRecipe>(file).Recipe.Output : ReadAs<DistillRecipe>(file).Recipe.Output)];
        Assert.Equal(_files.Length, outputs.Distinct().Count());
    }

    [Fact]
    public void ReadmeTable_ShippedRecipes_NamesEachOnce()
    {
        string[] rows = [.. File.ReadLines(Path.Combine(_folder, "README.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1])];
        Assert.Equal(_all.Order(), rows.Order());
    }

    [Fact]
    public void Read_EveryShippedRecipe_HasTheKeysThatItsNamePromises()
    {
        Assert.Equal(_files.Order(), _decisive.Keys.Order());
        // Setting what is set already changes nothing.
        Assert.All(_decisive, entry => Assert.Empty(RecipeDifferences.Find(Read(entry.Key), Read(entry.Key, entry.Value))));
    }

    [Theory]
    [MemberData(nameof(Ablations))]
    public void Read_AblationAndBaseline_DifferInNothingElse(string name, string baseline, string? capability, string[] keys)
    {
        string[] overrides = capability is null
            ? []
            : [$"data.capabilities={capability}", .. Capabilities.Where(other => other != capability).Select(other => $"distillation.weights.{other}=0")];
        // Without weight, a capability's row, teacher and signal mean nothing.
        string[] unused = capability is null
            ? []
            : [.. Capabilities.Where(other => other != capability).SelectMany(other => (string[])[$"distillation.mixing.{other}.", $"models.teachers.{other}", $"distillation.signals.{other}."])];

        IEnumerable<string> differences = RecipeDifferences.Find(Read($"distill/{baseline}.yaml"), Read($"distill/{name}.yaml", overrides), "output")
            .Select(line => line.Split(':')[0]).Where(key => !unused.Any(part => key.StartsWith(part, StringComparison.Ordinal)));

        Assert.Equal(keys.Order(), differences.Order());
    }

    [Fact]
    public void Read_EveryShippedEvaluation_IsCompleteAndOpensWithComments()
    {
        Assert.Equal(2, _evaluations.Length);
        Assert.All(_evaluations, file =>
        {
            ReadAs<EvaluateRecipe>(file);
            AssertOpensWithComments(file);
        });
    }

    [Fact]
    public void Read_EveryShippedPreStudy_IsCompleteAndOpensWithComments()
    {
        Assert.Equal(["prestudy/drivelm-demo.yaml", "prestudy/world.yaml"], _preStudies.Order(StringComparer.Ordinal));
        Assert.All(_preStudies, file =>
        {
            ReadAs<PreStudyRecipe>(file);
            AssertOpensWithComments(file);
        });
    }

    /// <summary>Each names a recipe that is there, and every arm with every setting is a run that it accepts.</summary>
    [Fact]
    public void Read_EveryShippedComparison_IsCompleteAndItsArmsAreRuns()
    {
        Assert.Contains("compare/tiny-demo.yaml", _comparisons);
        Assert.All(_comparisons, file =>
        {
            CompareRecipe comparison = ReadAs<CompareRecipe>(file).Recipe;
            AssertOpensWithComments(file);
            string run = Path.GetRelativePath(_folder, comparison.Recipe).Replace('\\', '/');
            Assert.Contains(run, _files);
            Assert.All(comparison.Arms, arm => Assert.NotNull(arm.Explanation));
            foreach (CompareArm arm in comparison.Arms)
            {
                foreach (string setting in arm.Tune ?? [""])
                {
                    Assert.NotEmpty(Read(run, [.. comparison.Set ?? [], .. arm.Set ?? [], .. CompareArm.SplitSetting(setting)]));
                }
            }
        });
    }

    [Fact]
    public void Read_EveryShippedRecipeOfTheWorld_IsCompleteAndOpensWithComments()
    {
        Assert.Equal(["world/tower.yaml"], _worlds);
        TowerRecipe tower = ReadAs<TowerRecipe>("world/tower.yaml", "seed=7").Recipe;
        Assert.Equal((2600, 12000), (tower.Train.Steps, tower.Data.Scenes));
        DistillRecipe quickstart = ReadAs<DistillRecipe>("world/quickstart.yaml").Recipe;
        Assert.Equal((GradientMethod.Agp, CombinationSpan.Window, WeightingKind.Ratio, 16), (quickstart.Gradients.Method, quickstart.Gradients.Per, quickstart.Weighting.Kind, quickstart.Train.SamplesPerStep()));
        Assert.All(_worlds, AssertOpensWithComments);
    }

    [Fact]
    public void Read_DemoBesideTheReferenceData_FindsEveryInput()
    {
        string shared = TestPaths.RequireShared("data", "drivelm-demo");
        string recipe = Path.Combine(_folder, "distill", "drivelm-demo.yaml");

        DistillRecipe read = RecipeReader.Read<DistillRecipe>(recipe, [$"data.images={shared}"]).Recipe;

        Assert.Equal(shared, read.Data.Images);
        Assert.Equal(TestPaths.RequireShared("golden", "internvl", "student"), read.Models.Student);
    }

    [Fact]
    public void Read_TinyRecipesBesideTheReferenceData_FindEveryInput()
    {
        string records = TestPaths.RequireShared("data", "drivelm-demo", "test_eval.json");

        DistillRecipe distill = RecipeReader.Read<DistillRecipe>(Path.Combine(_folder, "distill", "tiny-agp.yaml"), []).Recipe;
        FinetuneRecipe finetune = RecipeReader.Read<FinetuneRecipe>(Path.Combine(_folder, "finetune", "tiny-specialist.yaml"), []).Recipe;

        Assert.Equal([records], distill.Validation.Records!);
        Assert.Equal([records], finetune.Validation.Records!);
    }

    private static void AssertOpensWithComments(string file)
    {
        string text = File.ReadAllText(Path.Combine(_folder, file));
        Assert.StartsWith("# ", text, StringComparison.Ordinal);
        Assert.All((string[])["\n# For ", "\n# Start ", "\n# Memory ", "\n# Time "], part => Assert.Contains(part, text, StringComparison.Ordinal));
        string command = Command(file) == "world" ? $"world {Path.GetFileNameWithoutExtension(file)}" : Command(file);
        Assert.Contains($"./drivekd {command} recipes/{file}", text, StringComparison.Ordinal);
    }

    private static string[] Single(string capability) =>
    [
        $"data.capabilities={capability}",
        OwnTeacher(capability),
        $"distillation.weights={{supervision: 1, {string.Join(", ", Capabilities.Select(other => $"{other}: {(other == capability ? 1 : 0)}"))}}}",
        "distillation.signals=null",
        .. Capabilities.Where(other => other != capability).Select(other => $"models.teachers.{other}=null"),
        "weighting={kind: ratio, ratio: 0.1}",
    ];

    private static string[] Teacher(string capability) =>
        [$"data.capabilities={capability}", "precision=bfloat16", "train.lora={rank: 16, alpha: 32, targets: [q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj]}"];

    /// <summary>The output is where the next recipe of a build looks for its model.</summary>
    private static string[] World(string output, double rate) =>
    [
        $"output=runs/world-build/{output}", FormattableString.Invariant($"train.learning_rate={rate}"), "train.batch_size=32", "train.accumulation=1", "train.trainable=[language, 'mlp1.*']",
        "train.betas=[0.9, 0.98]", "train.schedule=cosine", "train.minimum_rate=0.05", "checkpoint={every: 500, keep: 1}", "log.tensorboard=false",
    ];

    private static string[] Letters(string model) =>
    [
        $"output=runs/world-build/{model}-letters", "train.learning_rate=0.003", "train.batch_size=64", "train.steps=1600", "train.trainable=language", "log.tensorboard=false",
    ];

    private static string[] Signals(string setting) => [.. Capabilities.Select(capability => $"distillation.signals.{capability}.{setting}"), .. Identity];

    private static string OwnTeacher(string capability) =>
        $"distillation.mixing.{capability}={{{string.Join(", ", Capabilities.Select(teacher => $"{teacher}: {(teacher == capability ? 1 : 0)}"))}}}";

    /// <summary>The command of a recipe: the name of its folder, but for the world's models, which are trained by more than one.</summary>
    private static string Command(string file) => file.StartsWith("world/", StringComparison.Ordinal) && file != "world/tower.yaml"
        ? file is "world/quickstart.yaml" or "world/study.yaml" ? "distill" : "finetune"
        : file.Split('/')[0];

    private static string Read(string file, params string[] overrides) =>
        Command(file) == "finetune" ? ReadAs<FinetuneRecipe>(file, overrides).Yaml : ReadAs<DistillRecipe>(file, overrides).Yaml;

    private static ResolvedRecipe<T> ReadAs<T>(string file, params string[] overrides)
        where T : class => RecipeReader.Read<T>(Path.Combine(_folder, file), overrides, checkPaths: false);
}
