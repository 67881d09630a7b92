/** Puts expressions into a text: `[[ x ]]` stands for one, which a template literal would take for its own. */
export function withExpressions(text: string): string {
  return text.replaceAll('[[', '$' + '{{').replaceAll(']]', '}}');
}

/** Workflow files of a repository that uses what makes a job's token hard to foresee. */
const FILES = {
  '.github/workflows/ci.yml': `
name: CI
on:
  push:
    branches: [main, 'releases/**', '!releases/old']
  pull_request:
    branches: [main]
  schedule:
    - cron: '0 3 * * *'
  workflow_dispatch:
permissions:
  contents: read
jobs:
  lint:
    runs-on: ubuntu-latest
    steps: [{ run: npm run lint }]
  test:
    name: Test on [[ matrix.os ]]
    permissions: { id-token: write, contents: read }
    strategy:
      matrix:
        os: [linux, windows, macos]
        node: [22, 24]
        exclude: [{ os: windows, node: 22 }]
        include: [{ os: linux, node: 26, next: true }]
    runs-on: [[ matrix.os ]]
    steps: [{ run: npm test }]
  build:
    needs: [lint, test]
    permissions: { id-token: write }
    timeout-minutes: 15
    runs-on: ubuntu-latest
    steps: [{ run: npm run build }]
  preview:
    if: github.event_name == 'pull_request'
    needs: build
    permissions: { id-token: write }
    environment: preview-[[ github.event.number ]]
    runs-on: ubuntu-latest
    steps: [{ run: ./preview }]
  greet-forks:
    if: [[ github.event.pull_request.head.repo.full_name != github.repository && github.event_name == 'pull_request' ]]
    permissions: write-all
    runs-on: ubuntu-latest
    steps: [{ run: ./greet }]
  nightly:
    if: github.event_name == 'schedule'
    permissions: write-all
    environment: { name: nightly, url: 'https://nightly.example' }
    runs-on: ubuntu-latest
    steps: [{ run: ./nightly }]
  report:
    needs: nightly
    permissions: { id-token: write }
    runs-on: ubuntu-latest
    steps: [{ run: ./report }]
  clean-up:
    needs: nightly
    if: always()
    permissions: { id-token: write }
    runs-on: ubuntu-latest
    steps: [{ run: ./clean-up }]
  audit:
    permissions: read-all
    runs-on: ubuntu-latest
    steps: [{ run: npm audit }]
  format:
    permissions: {}
    runs-on: ubuntu-latest
    steps: [{ run: npm run format }]
`,
  '.github/workflows/deploy.yml': `
name: Deploy
on:
  push:
    tags: ['v[0-9]+.[0-9]+.*']
    branches: [main]
    paths-ignore: ['docs/**']
  workflow_dispatch:
    inputs:
      environment:
        type: choice
        options: [staging, production]
      dry-run: { type: boolean, default: true }
      ticket: { type: string, required: true }
permissions:
  id-token: write
jobs:
  plan:
    if: inputs.dry-run != true
    outputs: { environment: production }
    runs-on: ubuntu-latest
    steps: [{ run: ./plan }]
  production:
    environment: production
    runs-on: ubuntu-latest
    steps: [{ run: ./deploy }]
  chosen:
    environment: { name: "[[ inputs.environment || 'production' ]]" }
    runs-on: ubuntu-latest
    steps: [{ run: ./deploy }]
  by-ref:
    environment: [[ github.ref_type == 'tag' && 'production' || format('{0}-{1}', 'staging', github.ref_name) ]]
    runs-on: ubuntu-latest
    steps: [{ run: ./deploy }]
  by-variable:
    environment: [[ vars.TARGET ]]
    runs-on: ubuntu-latest
    steps: [{ run: ./deploy }]
  by-region:
    environment: [[ vars.REGION ]]-[[ github.repository_owner ]]
    runs-on: ubuntu-latest
    steps: [{ run: ./deploy }]
  by-plan:
    needs: plan
    environment: [[ needs.plan.outputs.environment ]]
    runs-on: ubuntu-latest
    steps: [{ run: ./deploy }]
  by-ticket:
    environment: ticket-[[ inputs.ticket ]]
    runs-on: ubuntu-latest
    steps: [{ run: ./deploy }]
  stages:
    strategy:
      matrix:
        include:
          - { stage: staging, region: eu }
          - { stage: production, region: eu }
          - { stage: production, region: us }
    environment: [[ matrix.stage ]]
    runs-on: ubuntu-latest
    steps: [{ run: ./deploy }]
  targets:
    needs: plan
    strategy: { matrix: { target: "[[ fromJSON(needs.plan.outputs.targets) ]]" } }
    environment: [[ matrix.target ]]
    runs-on: ubuntu-latest
    steps: [{ run: ./deploy }]
  colon:
    environment: 'eu:west'
    runs-on: ubuntu-latest
    steps: [{ run: ./deploy }]
  unset:
    environment: [[ github.event_name == 'nothing' && 'x' || '' ]]
    runs-on: ubuntu-latest
    steps: [{ run: ./deploy }]
  cautious:
    permissions: { contents: read }
    environment: production
    runs-on: ubuntu-latest
    steps: [{ run: ./deploy }]
`,
  '.github/workflows/release.yml': `
on:
  push: { tags: ['v*'] }
  release: { types: [published] }
  workflow_dispatch:
jobs:
  publish:
    permissions: { id-token: write, contents: read }
    uses: ./.github/workflows/reusable-publish.yml
    with: { environment: npm, registry: "[[ vars.REGISTRY ]]" }
  unpermitted:
    uses: ./.github/workflows/reusable-publish.yml
    with: { environment: npm }
  by-variable:
    permissions: { id-token: write }
    uses: ./.github/workflows/reusable-publish.yml
    with: { environment: "[[ vars.TARGET ]]" }
  nested:
    permissions: write-all
    uses: ./.github/workflows/reusable-nested.yml
    with: { stage: production }
  stable:
    permissions: { id-token: write }
    uses: acme/widgets/.github/workflows/reusable-publish.yml@refs/heads/stable
  shared:
    permissions: { id-token: write }
    uses: octo-org/shared/.github/workflows/deploy.yml@v1
  pinned:
    permissions: { id-token: write }
    uses: octo-org/shared/.github/workflows/deploy.yml@7929bf4465790ad6f6b9fb3a4f1195518f99b212
`,
  '.github/workflows/reusable-publish.yml': `
on:
  workflow_call:
    inputs:
      environment: { type: string, default: test-registry }
      registry: { type: string }
jobs:
  upload:
    permissions: { id-token: write }
    environment: [[ inputs.environment ]]
    runs-on: ubuntu-latest
    steps: [{ run: npm publish }]
  announce:
    runs-on: ubuntu-latest
    steps: [{ run: ./announce }]
`,
  '.github/workflows/reusable-nested.yml': `
on:
  workflow_call:
    inputs: { stage: { type: string, required: true } }
jobs:
  check:
    permissions: {}
    runs-on: ubuntu-latest
    steps: [{ run: ./check }]
  inner:
    uses: ./.github/workflows/reusable-publish.yml
    with: { environment: "[[ inputs.stage ]]-npm" }
`,
  '.github/workflows/label.yml': `
name: Label
on: pull_request_target
permissions: { id-token: write, pull-requests: write }
jobs:
  label:
    environment: [[ github.ref_name ]]
    runs-on: ubuntu-latest
    steps: [{ run: ./label }]
`,
} as const;

/** Path → text, as they are on disk. */
export const WORKFLOW_FILES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(FILES).map(([path, text]) => [path, withExpressions(text.trimStart())]),
);
