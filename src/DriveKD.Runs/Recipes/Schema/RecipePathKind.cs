namespace DriveKD.Runs.Recipes.Schema;

/// <summary>
/// What a path in a recipe leads to. A relative path on the command line starts at the working directory. In a recipe file an
/// input starts at that file's folder, so that a recipe names its neighbours wherever it is started from; an output starts at the
/// working directory, because a run belongs to whoever starts it.
/// </summary>
public enum RecipePathKind
{
    /// <summary>A file that is read.</summary>
    InputFile,

    /// <summary>A folder that is read.</summary>
    InputFolder,

    /// <summary>A folder that the run creates.</summary>
    OutputFolder,

    /// <summary>A file that the run writes, perhaps there already.</summary>
    OutputFile,

    /// <summary>A model's folder, or <c>openai:MODEL</c> for one behind a server, which is no path.</summary>
    Model,

    /// <summary>The same, perhaps behind <c>NAME=</c>.</summary>
    NamedModel,
}
