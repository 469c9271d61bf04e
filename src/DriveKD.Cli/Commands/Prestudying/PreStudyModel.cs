using DriveKD.Models.Families;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Prestudying;

/// <summary>A model of a pre-study.</summary>
/// <param name="Name">What curves call it.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="Layers">Its decoder layers.</param>
internal sealed record PreStudyModel(string Name, string Folder, int Layers)
{
    /// <summary>What curves call the student.</summary>
    public const string StudentName = "student";

    /// <summary>What curves call the student after its run.</summary>
    public const string StudentAfterName = "student after";

    /// <summary>Its name in files.</summary>
    public string FileName => new NamedModel(Name, Folder).FileName;

    /// <summary>Reads a model's depth.</summary>
    public static PreStudyModel Of(string name, string folder) => new(name, folder, ModelConfigReader.Read(folder).Language.Layers);
}
