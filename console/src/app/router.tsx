import {
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  lazyRouteComponent,
  Outlet,
} from '@tanstack/react-router';
import { ProblemView } from '../ui/problem-view.tsx';
import { EmptyState, SkeletonLines } from '../ui/states.tsx';
import { Toasts } from '../ui/toast.tsx';
import { TooltipProvider } from '../ui/tooltip.tsx';
import { Page } from './page.tsx';
import { Shell } from './shell.tsx';

const root = createRootRoute({
  component: () => (
    <TooltipProvider>
      <Outlet />
      <Toasts />
    </TooltipProvider>
  ),
  validateSearch: (search: Record<string, unknown>): Record<string, unknown> => search,
  notFoundComponent: NothingHere,
});

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  notFoundComponent: NothingHere,
});

const inShell = <P extends string>(path: P, component: ReturnType<typeof lazyRouteComponent>) =>
  createRoute({ getParentRoute: () => shell, path, component });
const alone = <P extends string>(path: P, component: ReturnType<typeof lazyRouteComponent>) =>
  createRoute({ getParentRoute: () => root, path, component });

const routeTree = root.addChildren([
  alone(
    '/sign-in',
    lazyRouteComponent(() => import('../pages/sign-in-page.tsx'), 'SignInPage'),
  ),
  alone(
    '/sign-in/link',
    lazyRouteComponent(() => import('../pages/sign-in-link-page.tsx'), 'SignInLinkPage'),
  ),
  alone(
    '/sign-off/$token',
    lazyRouteComponent(() => import('../pages/sign-off-page.tsx'), 'SignOffPage'),
  ),
  alone(
    '/verify/$acceptance',
    lazyRouteComponent(() => import('../pages/verify-page.tsx'), 'VerifyPage'),
  ),
  alone(
    '/links/$token',
    lazyRouteComponent(() => import('../pages/one-time-link-page.tsx'), 'OneTimeLinkPage'),
  ),
  alone(
    '/components',
    lazyRouteComponent(() => import('../pages/components-page.tsx'), 'ComponentsPage'),
  ),
  shell.addChildren([
    createRoute({ getParentRoute: () => shell, path: '$', component: NothingHere }),
    inShell(
      '/',
      lazyRouteComponent(() => import('../pages/home-page.tsx'), 'HomePage'),
    ),
    inShell(
      '/pipeline',
      lazyRouteComponent(() => import('../pages/pipeline-page.tsx'), 'PipelinePage'),
    ),
    inShell(
      '/customers',
      lazyRouteComponent(() => import('../pages/customers-page.tsx'), 'CustomersPage'),
    ),
    inShell(
      '/customers/$customer',
      lazyRouteComponent(() => import('../pages/customer-page.tsx'), 'CustomerPage'),
    ),
    inShell(
      '/customers/$customer/integrations/$integration',
      lazyRouteComponent(() => import('../pages/integration-page.tsx'), 'IntegrationPage'),
    ),
    inShell(
      '/customers/$customer/estimates/$estimate',
      lazyRouteComponent(() => import('../pages/estimate-page.tsx'), 'EstimatePage'),
    ),
    inShell(
      '/customers/$customer/estimates/$estimate/preview',
      lazyRouteComponent(() => import('../pages/estimate-preview-page.tsx'), 'EstimatePreviewPage'),
    ),
    inShell(
      '/customers/$customer/employees',
      lazyRouteComponent(() => import('../pages/employees-page.tsx'), 'EmployeesPage'),
    ),
    inShell(
      '/customers/$customer/employees/$employee',
      lazyRouteComponent(() => import('../pages/employee-page.tsx'), 'EmployeePage'),
    ),
    inShell(
      '/customers/$customer/tickets/$ticket',
      lazyRouteComponent(() => import('../pages/ticket-page.tsx'), 'TicketPage'),
    ),
    inShell(
      '/live',
      lazyRouteComponent(() => import('../pages/live-page.tsx'), 'LivePage'),
    ),
    inShell(
      '/helpdesk',
      lazyRouteComponent(() => import('../pages/helpdesk-page.tsx'), 'HelpdeskPage'),
    ),
    inShell(
      '/files',
      lazyRouteComponent(() => import('../pages/files-page.tsx'), 'FilesPage'),
    ),
    inShell(
      '/webhooks',
      lazyRouteComponent(() => import('../pages/webhooks-page.tsx'), 'WebhooksPage'),
    ),
    inShell(
      '/fair-use',
      lazyRouteComponent(() => import('../pages/fair-use-page.tsx'), 'FairUsePage'),
    ),
    inShell(
      '/reports',
      lazyRouteComponent(() => import('../pages/reports-page.tsx'), 'ReportsPage'),
    ),
    inShell(
      '/audit',
      lazyRouteComponent(() => import('../pages/audit-page.tsx'), 'AuditPage'),
    ),
    inShell(
      '/settings',
      lazyRouteComponent(() => import('../pages/settings-page.tsx'), 'SettingsPage'),
    ),
  ]),
]);

/** Addresses to pages; every page is its own piece of script. */
export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultPendingComponent: () => (
    <main className="p-6 pt-16">
      <SkeletonLines />
    </main>
  ),
  defaultPendingMs: 120,
  defaultErrorComponent: PageFault,
});

function NothingHere() {
  return (
    <Page title="Nothing here" width="narrow">
      <EmptyState
        title="There is nothing here, or nothing you may see"
        action={
          <a href="/" className="text-accent underline underline-offset-2">
            Go to the first page
          </a>
        }
      >
        Check the address, and that you are signed in as the right person.
      </EmptyState>
    </Page>
  );
}

function PageFault({ error, reset }: ErrorComponentProps) {
  return (
    <Page title="Something went wrong" width="narrow">
      <ProblemView error={error} onRetry={reset} />
    </Page>
  );
}
